"""The learning rate schedules, by family; `autograd.optim.lr_scheduler` has their names."""
