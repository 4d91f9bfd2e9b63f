"""Log-softmax and the negative log likelihood read as one: the gradient of a logit is (p − y) / N."""

from __future__ import annotations

from autograd.tape.explain.meetings import Sender, met, sender
from autograd.tape.explain.pages import Page
from autograd.tape.explain.rules.losses import counted
from autograd.tape.explain.rules.softmax import probability
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term, total


def of_logits(page: Page, sent: Sender, index: Index) -> Sum | None:
    """The share of a logit where log_softmax fed nll_loss and nothing else; None elsewhere."""
    reading = sent.reading
    if reading.op != "log_softmax" or not index:
        return None
    (output,) = reading.node["outputs"]
    meeting = met(page, output, sent.local - 1)
    if meeting.before is not None or len(meeting.shares) != 1:
        return None
    (share,) = meeting.shares
    if share.node is None or page.structure.nodes[share.node]["op"] != "nll_loss":
        return None
    loss = sender(page, output, share)
    dim = min(1, len(index) - 1)
    if int(reading.options["dim"]) % len(index) != dim:
        return None
    found, whole = counted(loss.reading)
    place = (*index[:dim], *index[dim + 1 :])
    hit = next((one for one in found if one[0] == place), None)
    if hit is None or not whole:
        return total(Term(0.0))
    _, at, weight = hit
    (root,) = loss.reading.node["outputs"]
    gradient = page.held(root, "gradient", loss.local - 1)
    if gradient is None:
        return None
    of = place if gradient.shape else ()
    arrived = Factor(page.source(root, "gradient", loss.local - 1), of, float(gradient[of]))
    share_of_one = Part("sum", (total(Term(1.0, probability(reading, dim, index))),), "p")
    terms = [Term(weight / whole, (share_of_one, arrived))]
    if at[dim] == index[dim]:
        terms.append(Term(-weight / whole, (arrived,)))
    return Sum(tuple(terms))
