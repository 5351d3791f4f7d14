"""Rules of identity: names, codes, labels and addresses that each mean one thing."""
