"""The targets: each prints a program in a language of its own."""
