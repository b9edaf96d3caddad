/**
 * Runs inside QuickJS before any program: decodes arguments, calls the entry point, encodes what it returns as canonical
 * JSON. Everything is taken from the realm here, while it is untouched, and is never looked up again: no method is
 * called by name on a value, no property is read that an object may lack, nothing is iterated or assigned where a
 * prototype could interfere. So what a program patches later is not used, and none of its code runs during encoding.
 */
(() => {
  'use strict';

  const MAX_DEPTH = 64;
  const MAX_CHARS = 262144;
  const MAX_TEXT = 400;
  const MAX_OUTPUT = 10000;
  const MAX_BIGINT = 10n ** 12000n;

  const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const { isArray } = Array;
  const { hasOwn } = Object;
  const { parse, stringify: quote } = JSON;
  const text = String;
  const realArray = Array.prototype;
  const realObject = Object.prototype;
  const realMap = Map.prototype;
  const realSet = Set.prototype;
  const realBytes = Uint8Array.prototype;
  const realPromise = Promise.prototype;
  const { forEach: eachOfMap } = realMap;
  const { forEach: eachOfSet } = realSet;
  const sizeOfMap = getOwnPropertyDescriptor(realMap, 'size').get;
  const sizeOfSet = getOwnPropertyDescriptor(realSet, 'size').get;
  const typedArray = getPrototypeOf(realBytes);
  const kindOfBytes = getOwnPropertyDescriptor(typedArray, Symbol.toStringTag).get;
  const lengthOfBytes = getOwnPropertyDescriptor(typedArray, 'length').get;
  const { slice } = String.prototype;
  const NativeMap = Map;
  const NativeSet = Set;
  const NativeBytes = Uint8Array;
  const NativeProxy = Proxy;
  const NativeTypeError = TypeError;
  const { revocable } = Proxy;
  const proxies = new WeakSet();
  const { add, has } = WeakSet.prototype;
  const { isNaN: notANumber } = Number;
  const HEX = '0123456789abcdef';

  const cut = (string, length) => apply(slice, string, [0, length]);
  const isProxy = (value) => apply(has, proxies, [value]);

  // A proxy cannot be told from its target, so every one is remembered where it is made; no syntax makes them.
  function SafeProxy(target, handler) {
    if (!new.target) throw new NativeTypeError("Constructor Proxy requires 'new'");
    const proxy = new NativeProxy(target, handler);
    apply(add, proxies, [proxy]);
    return proxy;
  }
  SafeProxy.prototype = undefined;
  defineProperty(SafeProxy, 'name', { value: 'Proxy' });
  defineProperty(SafeProxy, 'revocable', {
    value: (target, handler) => {
      const pair = revocable(target, handler);
      apply(add, proxies, [pair.proxy]);
      return pair;
    },
    writable: true,
    configurable: true,
  });
  defineProperty(globalThis, 'Proxy', { value: SafeProxy, writable: true, configurable: true });

  // The language and a console, nothing of a host; random numbers that are the same for every program.
  for (const name of ['performance', 'queueMicrotask', 'DOMException']) delete globalThis[name];
  let seed = 0x9e3779b9 | 0;
  const { imul } = Math;
  const seeded = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  defineProperty(Math, 'random', { value: seeded, writable: true, configurable: true });

  let output = '';
  const show = (value) => {
    const kind = typeof value;
    if (kind === 'string') return value;
    if (kind === 'function') return '[function]';
    if (kind === 'object' && value !== null) {
      try {
        const shown = quote(value);
        if (typeof shown === 'string') return shown;
      } catch {
        return '[object]';
      }
    }
    return kind === 'bigint' ? text(value) + 'n' : text(value);
  };
  const print = (...values) => {
    for (let i = 0; i < values.length; i++) {
      if (output.length >= MAX_OUTPUT) return;
      output += (i > 0 ? ' ' : '') + cut(show(values[i]), MAX_OUTPUT);
    }
    output = cut(output + '\n', MAX_OUTPUT);
  };
  const console = {};
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace']) {
    defineProperty(console, name, { value: print, writable: true, configurable: true, enumerable: true });
  }
  defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true });

  // ---- arguments: decoded before the program runs, on untouched prototypes

  const NAMED = { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0.0': -0, '0.0': 0 };

  function decode(value) {
    if (value === null || typeof value !== 'object') return value;
    if (isArray(value)) return value.map(decode);
    if (!hasOwn(value, '$')) {
      for (const key of ownKeys(value)) value[key] = decode(value[key]);
      return value;
    }
    const held = value.v;
    switch (value.$) {
      case 'undefined':
        return undefined;
      case 'float':
        return typeof held === 'number' ? held : NAMED[held];
      case 'bigint':
        return BigInt(held);
      case 'tuple':
        return held.map(decode);
      case 'set':
        return new NativeSet(held.map(decode));
      case 'map':
        return new NativeMap(held.map(decode));
      case 'bytes':
        return NativeBytes.from(held.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      case 'dict': {
        const object = {};
        for (const pair of held) {
          const [key, item] = decode(pair);
          defineProperty(object, key, { value: item, writable: true, enumerable: true, configurable: true });
        }
        return object;
      }
      default:
        throw new NativeTypeError('no JavaScript value has the tag ' + value.$);
    }
  }

  // ---- results

  // The only thing that encoding throws on purpose; program code never sees it.
  const refusal = { reason: '' };
  function refuse(reason) {
    refusal.reason = reason;
    throw refusal;
  }

  let written = '';
  function write(piece) {
    if (written.length + piece.length > MAX_CHARS) {
      refuse('a value larger than 262,144 characters of JSON');
    }
    written += piece;
  }

  function encode(value, depth) {
    switch (typeof value) {
      case 'undefined':
        return write('{"$":"undefined"}');
      case 'boolean':
        return write(value ? 'true' : 'false');
      case 'number':
        return write(encodeNumber(value));
      case 'string':
        if (value.length > MAX_CHARS) refuse('a string of more than 262,144 characters');
        return write(quote(value));
      case 'bigint':
        if (value >= MAX_BIGINT || value <= -MAX_BIGINT) refuse('a BigInt of more than 12,000 digits');
        return write('{"$":"bigint","v":"' + text(value) + '"}');
      case 'object':
        return value === null ? write('null') : encodeObject(value, depth);
      case 'function':
        return refuse('a function');
      default:
        return refuse('a symbol');
    }
  }

  function encodeNumber(value) {
    if (notANumber(value)) return '{"$":"float","v":"nan"}';
    if (value === Infinity) return '{"$":"float","v":"inf"}';
    if (value === -Infinity) return '{"$":"float","v":"-inf"}';
    if (value === 0 && 1 / value < 0) return '{"$":"float","v":"-0.0"}';
    return text(value);
  }

  function encodeObject(value, depth) {
    if (isProxy(value)) refuse('a Proxy');
    if (depth >= MAX_DEPTH) refuse('a value nested more than 64 deep, or one that contains itself');
    const prototype = getPrototypeOf(value);
    if (isArray(value)) {
      return prototype === realArray ? encodeArray(value, depth) : refuse('an array of another class');
    }
    if (prototype === realObject || prototype === null) return encodePlain(value, depth);
    if (prototype === realMap) return encodeMap(value, depth);
    if (prototype === realSet) return encodeSet(value, depth);
    if (prototype === realBytes) return encodeBytes(value);
    if (prototype === realPromise) {
      return refuse('a Promise (the function must return its result, not a promise of it)');
    }
    return refuse('an object of class ' + className(prototype));
  }

  /** The data of an own property; accessors and hidden properties are refused, and neither is ever run. */
  function dataOf(object, key) {
    const property = getOwnPropertyDescriptor(object, key);
    if (property === undefined || !hasOwn(property, 'value')) refuse('an object with a getter or setter');
    if (!property.enumerable) refuse('an object with a property that is not enumerable');
    return property.value;
  }

  function encodeArray(value, depth) {
    const { length } = value;
    if (length > MAX_CHARS / 2) refuse('an array of more than 131,072 items');
    if (ownKeys(value).length !== length + 1) refuse('an array with holes or properties of its own');
    write('[');
    for (let i = 0; i < length; i++) {
      if (i > 0) write(',');
      encode(dataOf(value, i), depth + 1);
    }
    write(']');
  }

  function encodePlain(value, depth) {
    const keys = ownKeys(value);
    let plain = true;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key === 'symbol') refuse('an object with a symbol for a key');
      if (key === '$' || key === '__proto__') plain = false;
    }
    write(plain ? '{' : '{"$":"dict","v":[');
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (i > 0) write(',');
      if (key.length > MAX_CHARS) refuse('a string of more than 262,144 characters');
      write(plain ? quote(key) + ':' : '[' + quote(key) + ',');
      encode(dataOf(value, key), depth + 1);
      if (!plain) write(']');
    }
    write(plain ? '}' : ']}');
  }

  function encodeMap(value, depth) {
    const size = brand(sizeOfMap, value, 'Map');
    if (size > MAX_CHARS / 2) refuse('a Map of more than 131,072 entries');
    if (ownKeys(value).length > 0) refuse('a Map with properties of its own');
    write('{"$":"map","v":[');
    let first = true;
    const entry = (item, key) => {
      write(first ? '[' : ',[');
      first = false;
      encode(key, depth + 1);
      write(',');
      encode(item, depth + 1);
      write(']');
    };
    apply(eachOfMap, value, [entry]);
    write(']}');
  }

  function encodeSet(value, depth) {
    const size = brand(sizeOfSet, value, 'Set');
    if (size > MAX_CHARS / 2) refuse('a Set of more than 131,072 items');
    if (ownKeys(value).length > 0) refuse('a Set with properties of its own');
    write('{"$":"set","v":[');
    let first = true;
    const item = (held) => {
      if (!first) write(',');
      first = false;
      encode(held, depth + 1);
    };
    apply(eachOfSet, value, [item]);
    write(']}');
  }

  function encodeBytes(value) {
    if (apply(kindOfBytes, value, []) !== 'Uint8Array')
      refuse('an object that only claims to be a Uint8Array');
    const length = apply(lengthOfBytes, value, []);
    if (length > MAX_CHARS / 2) refuse('more than 131,072 bytes');
    if (ownKeys(value).length !== length) refuse('a Uint8Array with properties of its own');
    let hex = '';
    for (let i = 0; i < length; i++) hex += HEX[value[i] >> 4] + HEX[value[i] & 15];
    write('{"$":"bytes","v":"' + hex + '"}');
  }

  /** A getter of the real prototype throws for an object that is not what its prototype says. */
  function brand(getter, value, name) {
    try {
      return apply(getter, value, []);
    } catch {
      return refuse('an object that only claims to be a ' + name);
    }
  }

  function className(prototype) {
    const made = ownData(prototype, 'constructor');
    const name = typeof made === 'function' && !isProxy(made) ? ownData(made, 'name') : undefined;
    return typeof name === 'string' && name !== '' ? cut(name, 80) : 'without a name';
  }

  /** An own data property, or undefined: never runs a getter or a trap. */
  function ownData(object, key) {
    if (isProxy(object)) return undefined;
    const property = getOwnPropertyDescriptor(object, key);
    return property !== undefined && hasOwn(property, 'value') ? property.value : undefined;
  }

  /** The first data property of that name along the prototypes. */
  function inherited(object, key) {
    for (let i = 0; i < 20 && object !== null && !isProxy(object); i++) {
      const property = getOwnPropertyDescriptor(object, key);
      if (property !== undefined) return hasOwn(property, 'value') ? property.value : undefined;
      object = getPrototypeOf(object);
    }
    return undefined;
  }

  /** `"type":…,"message":…,"stack":…` of whatever was thrown. */
  function describe(thrown) {
    let type = 'thrown';
    let message = '';
    let stack = '';
    if (typeof thrown === 'object' && thrown !== null) {
      const name = inherited(thrown, 'name');
      const words = inherited(thrown, 'message');
      const trace = ownData(thrown, 'stack');
      type = typeof name === 'string' ? cut(name, 80) : 'object';
      message = typeof words === 'string' ? cut(words, MAX_TEXT) : '';
      stack = typeof trace === 'string' ? cut(trace, 2000) : '';
    } else if (typeof thrown === 'function') {
      message = 'a function';
    } else {
      message = cut(text(thrown), MAX_TEXT);
    }
    return '"type":' + quote(type) + ',"message":' + quote(message) + ',"stack":' + quote(stack);
  }

  const GLOBALS = ownKeys(globalThis).length;
  const OBJECT_KEYS = ownKeys(realObject).length;
  const ARRAY_KEYS = ownKeys(realArray).length;
  let calls = [];
  let entry;

  return {
    load(job) {
      calls = parse(job).map(decode);
      // The program can reach Array.prototype: from here on the list is read by index alone.
    },
    /** Takes what the entry's name stands for. */
    enter(value) {
      entry = value;
    },
    call(index) {
      let returned;
      try {
        const held = calls[index];
        // A program may keep or change what it is given, but each call has arguments of its own.
        returned = apply(entry, undefined, held);
      } catch (thrown) {
        return '{"raised":{' + describe(thrown) + '}}';
      }
      written = '';
      try {
        encode(returned, 0);
      } catch (thrown) {
        if (thrown !== refusal) throw thrown;
        return '{"refused":' + quote(refusal.reason) + '}';
      }
      return '{"returned":' + written + '}';
    },
    describe: (thrown) => '{' + describe(thrown) + '}',
    output: () => output,
    /** Whether the realm is as it was made: what an earlier program could have left is looked for here. */
    fit: () =>
      calls.length === 0 &&
      entry === undefined &&
      output === '' &&
      ownKeys(globalThis).length === GLOBALS &&
      ownKeys(realObject).length === OBJECT_KEYS &&
      ownKeys(realArray).length === ARRAY_KEYS &&
      globalThis.Proxy === SafeProxy &&
      globalThis.JSON.stringify === quote &&
      quote([1, { a: 0.5 }].map((item) => item)) === '[1,{"a":0.5}]',
  };
})();
