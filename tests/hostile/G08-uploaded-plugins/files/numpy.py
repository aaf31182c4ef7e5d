raise RuntimeError("the learner's numpy was imported")
