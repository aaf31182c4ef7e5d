# expect: fails test_an_outage test_not_our_fault
# explain: Your function counts the lines, not the errors among them.
def count_errors(statuses):
    return len(statuses)
