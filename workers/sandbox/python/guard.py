"""Put in place last before the heap image is taken. No audit hook can be removed, so what it refuses stays refused."""


def guard():
    from sys import addaudithook

    def refuse_code_from_bytes(event, arguments):
        """
        Code objects are made by the compiler only: CPython does not check bytecode, and bytecode that breaks its rules
        reads and writes memory. What decides here is constants and immutable code alone, which no frame or collector
        lets a program change; and this function keeps the code that it has.
        """
        if event == "code.__new__" or event == "marshal.loads" or event == "marshal.load":
            raise RuntimeError("programs cannot make code from bytes")
        if event == "object.__setattr__" and arguments[1] == "__code__":
            if arguments[0].__code__.co_name == "refuse_code_from_bytes":
                raise RuntimeError("this function keeps its code")

    return lambda: addaudithook(refuse_code_from_bytes)
