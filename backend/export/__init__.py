"""Graph snapshots in other people's formats."""
