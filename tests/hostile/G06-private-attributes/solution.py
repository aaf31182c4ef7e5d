def double(callback):
    got = []
    for name in ("__globals__", "__closure__", "__code__", "__self__", "__class__", "gi_frame", "f_back", "__defaults__"):
        for ask in (getattr, lambda thing, name: thing._side.ask("get", thing._number, name)):
            try:
                answer = ask(callback, name)
                if name != "__class__" and "MARK" in repr(answer):
                    got.append(name)
            except Exception:
                pass
    print("got:", got)
    return 0
