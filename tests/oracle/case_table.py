"""Writes the characters of the BMP that have a case, as C++: {character, lower case, upper case}."""


def literal(text):
    return '"' + "".join(f"\\x{byte:02x}" for byte in text.encode()) + '"'


for code in range(0x10000):
    character = chr(code)
    if not 0xD800 <= code < 0xE000 and (character.lower(), character.upper()) != (character, character):
        print(f"{{{code:#06x}, {literal(character.lower())}, {literal(character.upper())}}},")
