"""Runs: scripts executed in workers, their tapes kept on disk."""
