"""What crosses between a learner's process and the checks: values, exceptions, iterators, questions."""
