"""The example organisation, and simulated participants that play its year over HTTP."""
