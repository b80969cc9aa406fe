"""Actions on accounts: registering, signing in, profiles, mailed links and administration."""
