"""Why is this number what it is? The exact arithmetic of one element: see `Tape.explain`."""

from autograd.tape.explain.explaining import QUESTIONS, explain
from autograd.tape.explain.explanation import Explanation
from autograd.tape.explain.terms import Factor, Group, Part, Source, Sum, Term

__all__ = ["QUESTIONS", "Explanation", "Factor", "Group", "Part", "Source", "Sum", "Term", "explain"]
