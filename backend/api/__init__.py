"""The calls, one router per resource. All but those for operators lie under /api."""
