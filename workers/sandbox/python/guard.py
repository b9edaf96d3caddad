"""Put in place last before the heap image is taken. No audit hook can be removed, so what it refuses stays refused."""


def guard():
    from sys import addaudithook

    def refuse_ways_out(event, arguments):
        """
        Code objects are made by the compiler only: CPython does not check bytecode, and bytecode that breaks its rules
        reads and writes memory; another interpreter would have no such hook. Maps of files and ways to other machines lead
        out of the heap: the functions below them are closed too. What decides here is constants and immutable code alone,
        which no frame or collector lets a program change; and this function keeps the code that it has.
        """
        if event == "object.__setattr__":
            if arguments[1] == "__code__" and arguments[0].__code__.co_name == "refuse_ways_out":
                raise RuntimeError("this function keeps its code")
        elif event in {"code.__new__", "marshal.loads", "marshal.load", "cpython.PyInterpreterState_New"}:
            raise RuntimeError("programs cannot make code from bytes")
        elif event == "mmap.__new__":
            if arguments[0] != -1:
                raise PermissionError("programs cannot map files")
        elif event in {
            "socket.__new__", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
        }:
            raise PermissionError("programs have no network")

    return lambda: addaudithook(refuse_ways_out)
