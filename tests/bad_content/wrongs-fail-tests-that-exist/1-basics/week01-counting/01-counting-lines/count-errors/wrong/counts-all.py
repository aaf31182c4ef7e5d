# expect: fails test_an_outage test_not_ours
# shows: two of them
# misconception: count-is-free
# explain: Your function counts the lines, not the errors among them.
def count_errors(statuses):
    return len(statuses)
