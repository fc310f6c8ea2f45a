"""Shuping: the site. One Django app with a room per part of the review cycle."""
