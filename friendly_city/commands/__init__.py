"""The command line, one module for each group of commands: words to calls, nothing else."""
