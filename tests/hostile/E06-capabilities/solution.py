status = dict(line.split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
for name, field in (("effective", "CapEff"), ("permitted", "CapPrm"), ("ambient", "CapAmb")):
    print(f"{name}:", int(status[field], 16))
print("no new privileges:", int(status["NoNewPrivs"]))


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
