"""Backplay."""
