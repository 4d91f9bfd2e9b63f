"""Where iterations begin, in many styles of loop. The expected phases of each iteration are written out by hand."""

import textwrap

import pytest

import autograd as torch
from autograd import tape

PREAMBLE = """
w = torch.tensor(2.0, requires_grad=True)
v = torch.tensor(3.0, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.01)
opt2 = torch.optim.SGD([v], lr=0.01)
"""

Z, F, B, S, E = "zero_grad", "forward", "backward", "step", "evaluate"
PLAIN = [Z, F, B, S]

STYLES = {
    "plain": (
        """
        for i in range(3):
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "zero_grad after the step": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
            opt.zero_grad()
        """,
        [[F, B, S, Z]] * 3,
    ),
    "zero_grad between forward and backward": (
        """
        for i in range(2):
            loss = (w - 1) ** 2
            opt.zero_grad()
            loss.backward()
            opt.step()
        """,
        [[F, Z, B, S]] * 2,
    ),
    "no zero_grad": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
        """,
        [[F, B, S]] * 3,
    ),
    "while loop": (
        """
        i = 0
        while i < 3:
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            i += 1
        """,
        [PLAIN] * 3,
    ),
    "a function per step": (
        """
        def train():
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        for i in range(3):
            train()
        """,
        [PLAIN] * 3,
    ),
    "functions per phase": (
        """
        def forward():
            return (w - 1) ** 2
        def update(loss):
            loss.backward()
            opt.step()
        for i in range(3):
            opt.zero_grad()
            update(forward())
        """,
        [PLAIN] * 3,
    ),
    "loop in a function, epochs": (
        """
        def fit():
            for epoch in range(2):
                for batch in range(2):
                    opt.zero_grad()
                    ((w - batch) ** 2).backward()
                    opt.step()
        fit()
        """,
        [PLAIN] * 4,
    ),
    "a generator of batches": (
        """
        def batches():
            for i in range(3):
                yield torch.tensor(float(i))
        for x in batches():
            opt.zero_grad()
            ((w - x) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "a comprehension": (
        """
        def turn(i):
            opt.zero_grad()
            loss = (w - i) ** 2
            loss.backward()
            opt.step()
            return loss.item()
        losses = [turn(i) for i in range(3)]
        """,
        [PLAIN] * 3,
    ),
    "accumulation over two backwards": (
        """
        for i in range(2):
            opt.zero_grad()
            for part in range(2):
                ((w - part) ** 2).backward()
            opt.step()
        """,
        [[Z, F, B, F, B, S]] * 2,
    ),
    "two losses, two backwards": (
        """
        for i in range(2):
            opt.zero_grad()
            a = (w - 1) ** 2
            b = w * 3
            a.backward()
            b.backward()
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "two optimizers": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            opt2.zero_grad()
            ((v - 1) ** 2).backward()
            opt2.step()
        """,
        [[Z, F, B, S, Z, F, B, S]] * 2,
    ),
    "two steps of one optimizer in a turn, in an inner loop": (
        """
        for i in range(2):
            for k in range(2):
                opt2.zero_grad()
                ((v - 1) ** 2).backward()
                opt2.step()
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN, [*PLAIN, *PLAIN]] * 2,
    ),
    "printing and scheduling after the update": (
        """
        schedule = torch.optim.lr_scheduler.StepLR(opt, 2)
        for i in range(2):
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
            schedule.step()
            print("loss", loss.item())
        """,
        [PLAIN] * 2,
    ),
    "evaluation every turn": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            with torch.no_grad():
                score = (w - 1) ** 2
        """,
        [[Z, F, B, S, E]] * 2,
    ),
    "by hand, under no_grad": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
                w.grad.zero_()
        """,
        [[F, B, E, S, Z]] * 3,
    ),
    "by hand, through data": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            w.data -= 0.1 * w.grad
            w.grad = None
        """,
        [[F, B, S, Z]] * 3,
    ),
    "no loop, two steps in a row": (
        """
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        """,
        [PLAIN] * 2,
    ),
    "one backward, no update": ("((w - 1) ** 2).backward()", [[F, B]]),
    "no update: an iteration for each backward": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
        """,
        [[F, B]] * 3,
    ),
    "forward only": ("y = (w - 1) ** 2", [[F]]),
    "an evaluation before the first turn is setup": (
        """
        with torch.no_grad():
            print("before", ((w - 1) ** 2).item())
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "closure, LBFGS": (
        """
        lbfgs = torch.optim.LBFGS([w], lr=0.5, max_iter=1)
        def closure():
            lbfgs.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            return loss
        for i in range(3):
            lbfgs.step(closure)
        """,
        [PLAIN] * 3,
    ),
    "closure that runs twice in a step, LBFGS": (
        """
        lbfgs = torch.optim.LBFGS([w], lr=0.1, max_iter=2, max_eval=9)
        def closure():
            lbfgs.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            return loss
        for i in range(2):
            lbfgs.step(closure)
        """,
        [[Z, F, B, S, Z, F, B, S]] * 2,
    ),
    "closure of SGD, no loop": (
        """
        def closure():
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            return loss
        opt.step(closure)
        opt.step(closure)
        """,
        [PLAIN] * 2,
    ),
    "GAN: both backwards, then both steps": (
        """
        for i in range(2):
            opt.zero_grad()
            opt2.zero_grad()
            ((w - 1) ** 2).backward()
            ((v - 1) ** 2).backward()
            opt.step()
            opt2.step()
        """,
        [[Z, F, B, F, B, S]] * 2,
    ),
    "GAN: the generator's zero_grad after its step": (
        """
        for i in range(2):
            ((w - v) ** 2).backward()
            opt.step()
            opt.zero_grad()
            opt2.zero_grad()
            ((v - 1) ** 2).backward()
            opt2.step()
            opt2.zero_grad()
        """,
        [[F, B, S, Z, F, B, S, Z]] * 2,
    ),
    "GAN: no loop": (
        """
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        opt2.zero_grad()
        ((v - 1) ** 2).backward()
        opt2.step()
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        opt2.zero_grad()
        ((v - 1) ** 2).backward()
        opt2.step()
        """,
        [[*PLAIN, *PLAIN]] * 2,
    ),
    "GAN: one function for each player": (
        """
        def critic():
            opt2.zero_grad()
            ((v - 1) ** 2).backward()
            opt2.step()
        def generator():
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        for i in range(2):
            critic()
            generator()
        """,
        [[*PLAIN, *PLAIN]] * 2,
    ),
    "GAN: the second player only every second turn": (
        """
        for i in range(4):
            opt2.zero_grad()
            ((v - 1) ** 2).backward()
            opt2.step()
            if i % 2:
                opt.zero_grad()
                ((w - 1) ** 2).backward()
                opt.step()
        """,
        [PLAIN, [*PLAIN, *PLAIN]] * 2,
    ),
    "one function for both optimizers": (
        """
        def turn(p, optimizer):
            optimizer.zero_grad()
            ((p - 1) ** 2).backward()
            optimizer.step()
        for i in range(2):
            turn(w, opt)
            turn(v, opt2)
        """,
        [[*PLAIN, *PLAIN]] * 2,
    ),
    "accumulation: step every second batch": (
        """
        opt.zero_grad()
        for i in range(4):
            ((w - i) ** 2).backward()
            if (i + 1) % 2 == 0:
                opt.step()
                opt.zero_grad()
        """,
        [[Z, F, B, F, B, S, Z], [F, B, F, B, S, Z]],
    ),
    "accumulation that ends short of a step": (
        """
        for i in range(3):
            ((w - i) ** 2).backward()
            if i % 2:
                opt.step()
                opt.zero_grad()
        """,
        [[F, B, F, B, S, Z], [F, B]],
    ),
    "losses summed, one backward": (
        """
        for i in range(2):
            opt.zero_grad()
            total = (w - 1) ** 2 + w * 3
            total.backward()
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "two losses of one graph, retain_graph": (
        """
        for i in range(2):
            opt.zero_grad()
            y = w * 2
            (y ** 2).backward(retain_graph=True)
            (y * 3).backward()
            opt.step()
        """,
        [[Z, F, B, F, B, S]] * 2,
    ),
    "try and finally": (
        """
        for i in range(3):
            try:
                opt.zero_grad()
                ((w - 1) ** 2).backward()
            finally:
                opt.step()
        """,
        [PLAIN] * 3,
    ),
    "an exception caught between": (
        """
        for i in range(3):
            try:
                opt.zero_grad()
                ((w - 1) ** 2).backward()
                if i == 1:
                    raise ValueError
            except ValueError:
                continue
            opt.step()
        """,
        [PLAIN, [*[Z, F, B], *PLAIN]],
    ),
    "break when done": (
        """
        while True:
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
            if loss.item() < 0.95:
                break
        """,
        [PLAIN] * 3,
    ),
    "break before the step": (
        """
        for i in range(3):
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            if i == 2:
                break
            opt.step()
        """,
        [PLAIN, PLAIN, [Z, F, B]],
    ),
    "continue skips a turn": (
        """
        for i in range(4):
            if i == 1:
                continue
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "a warm-up step before the loop": (
        """
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "a warm-up loop, then the loop": (
        """
        for i in range(2):
            ((w - 1) ** 2).backward()
            opt.step()
            opt.zero_grad()
        for i in range(2):
            ((w - 2) ** 2).backward()
            opt.step()
            opt.zero_grad()
        """,
        [[F, B, S, Z]] * 4,
    ),
    "first one optimizer, then another": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        for i in range(2):
            opt2.zero_grad()
            ((v - 1) ** 2).backward()
            opt2.step()
        """,
        # Nothing tells the two loops' meeting from a GAN's turn: the third update joins the second.
        [PLAIN, [*PLAIN, *PLAIN], PLAIN],
    ),
    "backward in a helper": (
        """
        def back(loss, scale=1.0):
            (loss * scale).backward()
        for i in range(2):
            opt.zero_grad()
            back((w - 1) ** 2)
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "step in a helper": (
        """
        def finish():
            opt.step()
            opt.zero_grad()
        for i in range(3):
            ((w - 1) ** 2).backward()
            finish()
        """,
        [[F, B, S, Z]] * 3,
    ),
    "zeros, not None": (
        """
        for i in range(3):
            opt.zero_grad(set_to_none=False)
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "grad = None for each parameter": (
        """
        for i in range(3):
            for p in [w, v]:
                p.grad = None
            ((w - v) ** 2).backward()
            opt.step()
        """,
        [[F, B, S], PLAIN, PLAIN],
    ),
    "grad.zero_() at the end": (
        """
        for i in range(3):
            ((w - 1) ** 2).backward()
            opt.step()
            w.grad.zero_()
        """,
        [[F, B, S, Z]] * 3,
    ),
    "grad.data.zero_() at the start": (
        """
        for i in range(3):
            if w.grad is not None:
                w.grad.data.zero_()
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [[F, B, S], PLAIN, PLAIN],
    ),
    "by hand, data and no zero_grad": (
        """
        for i in range(3):
            ((w - 1) ** 2).backward()
            w.data -= 0.01 * w.grad
        """,
        [[F, B, S]] * 3,
    ),
    "by hand, two parameters under no_grad": (
        """
        for i in range(2):
            ((w - v) ** 2).backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
                v -= 0.1 * v.grad
                w.grad = None
                v.grad = None
        """,
        [[F, B, E, S, E, S, Z]] * 2,
    ),
    "by hand, a loop over the parameters": (
        """
        for i in range(2):
            ((w - v) ** 2).backward()
            with torch.no_grad():
                for p in (w, v):
                    p -= 0.1 * p.grad
                    p.grad = None
        """,
        [[F, B, E, S, Z, E, S, Z]] * 2,
    ),
    "by hand, a comprehension over the parameters": (
        """
        for i in range(2):
            ((w - v) ** 2).backward()
            with torch.no_grad():
                [p.sub_(p.grad, alpha=0.1) for p in (w, v)]
                [p.grad.zero_() for p in (w, v)]
        """,
        [[F, B, S, Z]] * 2,
    ),
    "by hand, the name bound anew": (
        """
        for i in range(3):
            ((w - 1) ** 2).backward()
            w = (w - 0.1 * w.grad).detach().requires_grad_()
        """,
        # No leaf is changed: every turn makes another. Without an update each backward ends an iteration, with what
        # follows it before the loop comes round.
        [[F, B, F]] * 3,
    ),
    "by hand, autograd.grad": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            (g,) = torch.autograd.grad(loss, [w])
            with torch.no_grad():
                w -= 0.1 * g
        """,
        [[F, B, E, S]] * 3,
    ),
    "epochs, batches, validation in its own loop": (
        """
        for epoch in range(2):
            for x in (1.0, 2.0):
                opt.zero_grad()
                ((w - x) ** 2).backward()
                opt.step()
            with torch.no_grad():
                for x in (3.0, 4.0):
                    (w - x) ** 2
        """,
        [PLAIN, [*PLAIN, E]] * 2,
    ),
    "validation in a function": (
        """
        def validate():
            with torch.no_grad():
                return sum(((w - x) ** 2).item() for x in (3.0, 4.0))
        for epoch in range(2):
            for x in (1.0, 2.0):
                opt.zero_grad()
                ((w - x) ** 2).backward()
                opt.step()
            print(validate())
        """,
        [PLAIN, [*PLAIN, E]] * 2,
    ),
    "validation without no_grad": (
        """
        for epoch in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            score = (w - 3) ** 2
        """,
        [[*PLAIN, F]] * 2,
    ),
    "validation at the start of an epoch": (
        """
        for epoch in range(2):
            with torch.no_grad():
                (w - 3) ** 2
            for x in (1.0, 2.0):
                opt.zero_grad()
                ((w - x) ** 2).backward()
                opt.step()
        """,
        # The first evaluation comes before anything opens; the second is the first event after coming round.
        [PLAIN, PLAIN, [E, *PLAIN], PLAIN],
    ),
    "logging every second turn": (
        """
        for i in range(3):
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
            if i % 2 == 0:
                print(i, loss.item())
        """,
        [PLAIN] * 3,
    ),
    "printing at the top of the turn": (
        """
        for i in range(2):
            print("turn", i)
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "an inner loop for each task, by hand (MAML)": (
        """
        for task in range(2):
            opt.zero_grad()
            fast = w
            for k in range(2):
                (g,) = torch.autograd.grad((fast - task) ** 2, [fast], create_graph=True)
                fast = fast - 0.1 * g
            ((fast - task) ** 2).backward()
            opt.step()
        """,
        [[Z, F, B, F, B, F, B, S]] * 2,
    ),
    "recursion": (
        """
        def turn(left):
            if left == 0:
                return
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            turn(left - 1)
        turn(3)
        """,
        [PLAIN] * 3,
    ),
    "a class's fit": (
        """
        class Trainer:
            def __init__(self, optimizer):
                self.optimizer = optimizer
            def step(self, x):
                self.optimizer.zero_grad()
                loss = self.loss(x)
                loss.backward()
                self.optimizer.step()
                return loss.item()
            def loss(self, x):
                return (w - x) ** 2
            def fit(self, epochs):
                for epoch in range(epochs):
                    for x in (1.0, 2.0):
                        self.step(x)
        Trainer(opt).fit(2)
        """,
        [PLAIN] * 4,
    ),
    "zip of inputs and targets": (
        """
        for x, y in zip((1.0, 2.0, 3.0), (2.0, 4.0, 6.0)):
            opt.zero_grad()
            ((w * x - y) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "a DataLoader, enumerated": (
        """
        from autograd.data import DataLoader, TensorDataset
        data = TensorDataset(torch.arange(4.0), torch.arange(4.0))
        for epoch in range(2):
            for i, (x, y) in enumerate(DataLoader(data, batch_size=2, shuffle=True)):
                opt.zero_grad()
                ((w * x - y) ** 2).mean().backward()
                opt.step()
        """,
        [PLAIN] * 4,
    ),
    "a generator that trains": (
        """
        def training():
            while True:
                opt.zero_grad()
                loss = (w - 1) ** 2
                loss.backward()
                opt.step()
                yield loss.item()
        losses = training()
        for i in range(3):
            next(losses)
        """,
        [PLAIN] * 3,
    ),
    "map over the batches": (
        """
        def turn(x):
            opt.zero_grad()
            ((w - x) ** 2).backward()
            opt.step()
        list(map(turn, (1.0, 2.0, 3.0)))
        """,
        [PLAIN] * 3,
    ),
    "a decorated step": (
        """
        def twice(function):
            def wrapped(*args):
                function(*args)
                return function(*args)
            return wrapped
        @twice
        def turn(x):
            opt.zero_grad()
            ((w - x) ** 2).backward()
            opt.step()
        for x in (1.0, 2.0):
            turn(x)
        """,
        [PLAIN] * 4,
    ),
    "the whole turn on one line": (
        "for i in range(3): opt.zero_grad(); ((w - 1) ** 2).backward(); opt.step()",
        [PLAIN] * 3,
    ),
    "clipping between backward and step": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            torch.nn.utils.clip_grad_norm_([w], 0.5)
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "a scheduler per epoch": (
        """
        schedule = torch.optim.lr_scheduler.ExponentialLR(opt, 0.9)
        for epoch in range(2):
            for x in (1.0, 2.0):
                opt.zero_grad()
                ((w - x) ** 2).backward()
                opt.step()
            schedule.step()
            print("lr", schedule.get_last_lr())
        """,
        [PLAIN] * 4,
    ),
    "one parameter clamped after the step": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            with torch.no_grad():
                w.clamp_(-1.0, 1.0)
        """,
        [PLAIN] * 2,
    ),
    "an average of the weights after the step": (
        """
        average = torch.tensor(2.0)
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            with torch.no_grad():
                average.mul_(0.9).add_(w, alpha=0.1)
        """,
        [PLAIN] * 2,
    ),
    "backward of a graph kept from before the loop": (
        """
        loss = (w - 1) ** 2
        for i in range(2):
            opt.zero_grad()
            loss.backward(retain_graph=True)
            opt.step()
        """,
        [[F, Z, B, S], [Z, B, S]],
    ),
    "a nested function that closes over the loop's variable": (
        """
        for i in range(2):
            def loss():
                return (w - i) ** 2
            opt.zero_grad()
            loss().backward()
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "a step in each branch": (
        """
        for i in range(4):
            opt.zero_grad()
            if i % 2:
                ((w - 1) ** 2).backward()
                opt.step()
            else:
                (w * 2).backward()
                opt.step()
        """,
        [PLAIN] * 4,
    ),
    "no loop, zero_grad after the step": (
        """
        ((w - 1) ** 2).backward()
        opt.step()
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        opt.zero_grad()
        """,
        [[F, B, S, Z]] * 2,
    ),
    "no loop, two steps of the critic for each of the generator": (
        """
        def critic():
            opt2.zero_grad()
            ((v - 1) ** 2).backward()
            opt2.step()
        def generator():
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        critic()
        critic()
        generator()
        critic()
        critic()
        generator()
        """,
        [PLAIN, [*PLAIN, *PLAIN], PLAIN, [*PLAIN, *PLAIN]],
    ),
    "no update, two losses in a row": (
        """
        a = (w - 1) ** 2
        a.backward()
        b = w * 3
        b.backward()
        """,
        [[F, B]] * 2,
    ),
    "no update, evaluation after each backward": (
        """
        for i in range(2):
            ((w - 1) ** 2).backward()
            with torch.no_grad():
                print(((w - 1) ** 2).item())
        """,
        [[F, B, E]] * 2,
    ),
    "a target copied at the top of every second turn (DQN)": (
        """
        for i in range(4):
            if i % 2 == 0:
                with torch.no_grad():
                    v.copy_(w)
            opt.zero_grad()
            ((w - v.detach() - 1) ** 2).backward()
            opt.step()
        """,
        # The first copy comes before anything opens.
        [PLAIN, PLAIN, [S, *PLAIN], PLAIN],
    ),
    "weights clamped at the top of the turn (WGAN)": (
        """
        for i in range(3):
            for p in (w, v):
                p.data.clamp_(-1.0, 1.0)
            opt.zero_grad()
            ((w - v - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN, [S, *PLAIN], [S, *PLAIN]],
    ),
    "weights clamped after the step, in a function": (
        """
        def clamp(*parameters):
            for p in parameters:
                p.data.clamp_(-1.0, 1.0)
        for i in range(3):
            opt.zero_grad()
            ((w - v - 1) ** 2).backward()
            opt.step()
            clamp(w, v)
        """,
        [PLAIN] * 3,
    ),
    "an average kept in another model's leaves": (
        """
        for i in range(3):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            with torch.no_grad():
                for mean, p in ((v, w),):
                    mean.mul_(0.9).add_(p, alpha=0.1)
        """,
        [PLAIN] * 3,
    ),
    "two optimizers in a loop over both": (
        """
        for i in range(2):
            for optimizer in (opt, opt2):
                optimizer.zero_grad()
            ((w - v) ** 2).backward()
            for optimizer in (opt, opt2):
                optimizer.step()
        """,
        [PLAIN] * 2,
    ),
    "the loop's function called twice": (
        """
        def fit():
            for i in range(2):
                opt.zero_grad()
                ((w - 1) ** 2).backward()
                opt.step()
        fit()
        fit()
        """,
        [PLAIN] * 4,
    ),
    "the loop's function called twice, zero_grad at the end": (
        """
        def fit():
            for i in range(2):
                ((w - 1) ** 2).backward()
                opt.step()
                opt.zero_grad()
        fit()
        fit()
        """,
        [[F, B, S, Z]] * 4,
    ),
    "the loss in the loop's condition": (
        """
        def loss():
            return (w - 1) ** 2
        while loss().item() > 0.93:
            opt.zero_grad()
            loss().backward()
            opt.step()
        """,
        # w is 2, 1.98, 1.9604: the loss is 1, 0.9604, 0.9224. Python puts the condition behind the loop's body too, so
        # each further look at it ends a turn.
        [[F, Z, F, B, S, F], [Z, F, B, S, F]],
    ),
    "parameters one after another (coordinate descent)": (
        """
        for i in range(2):
            for p in (w, v):
                ((w - v - 1) ** 2).backward()
                with torch.no_grad():
                    p -= 0.1 * p.grad
                w.grad = v.grad = None
        """,
        [[F, B, E, S, Z]] * 4,
    ),
    "train and eval around an evaluation": (
        """
        model = torch.nn.Linear(1, 1)
        sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        for i in range(2):
            model.train()
            sgd.zero_grad()
            model(torch.ones(2, 1)).sum().backward()
            sgd.step()
            model.eval()
            with torch.no_grad():
                model(torch.ones(2, 1))
        """,
        [[Z, F, B, S, E]] * 2,
    ),
    "an optimizer's step in a hook of backward": (
        """
        def at_once(p):
            opt.step()
            opt.zero_grad()
        w.register_post_accumulate_grad_hook(at_once)
        for i in range(3):
            ((w - 1) ** 2).backward()
        """,
        [[F, B, S, Z]] * 3,
    ),
    "a last backward without a step": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        ((w - 1) ** 2).backward()
        """,
        [PLAIN, [*PLAIN, F, B]],
    ),
}


def stretches(recorded: tape.Tape, segment: tape.Segment) -> list[str]:
    phases = [event["phase"] for event in recorded.structure(segment).events]
    return [phase for at, phase in enumerate(phases) if at == 0 or phases[at - 1] != phase]


@pytest.mark.parametrize("style", STYLES)
def test_iterations_and_phases(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    source, expected = STYLES[style]
    code = compile(PREAMBLE + textwrap.dedent(source), "loop.py", "exec")
    with tape.record(script="loop.py") as recorded:
        exec(code, {"torch": torch})
    found = [stretches(recorded, segment) for segment in recorded.segments if segment.iteration is not None]
    assert found == expected
    assert [segment.iteration for segment in recorded.segments if segment.iteration is not None] == list(
        range(len(expected))
    )


def test_events_before_the_first_iteration_are_setup(capsys: pytest.CaptureFixture[str]) -> None:
    source = """
print("ready")
with torch.no_grad():
    w.fill_(1.0)
loss = w * 2
loss.backward()
"""
    with tape.record(script="loop.py") as recorded:
        exec(compile(PREAMBLE + source, "loop.py", "exec"), {"torch": torch})
    setup, first = recorded.segments
    assert setup.iteration is None
    assert [event["kind"] for event in recorded.structure(setup).events] == ["output", "edit"]
    assert first.iteration == 0
    assert recorded.at("setup").parameters["w"].value == 1.0
    assert recorded.at("start").parameters["w"].value == 2.0


def test_following_the_loop_keeps_nothing_of_the_script_alive_beyond_an_update() -> None:
    import weakref

    script = """
def loss():
    hidden = w * 2
    seen.append(weakref.ref(hidden))
    return (hidden - 1) ** 2
for i in range(3):
    opt.zero_grad() if i else None
    loss().backward()
    opt.step()
    alive.append([reference() is not None for reference in seen])
"""
    space = {"torch": torch, "weakref": weakref, "seen": [], "alive": []}
    with tape.record(script="loop.py"):
        exec(compile(PREAMBLE + script, "loop.py", "exec"), space)
    assert space["alive"] == [[False] * n for n in (1, 2, 3)]
