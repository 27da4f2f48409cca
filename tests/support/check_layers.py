#!/usr/bin/env python3
"""Holds every #include of src/ and include/ to the module graph.

The graph has one source: the rialto_module(NAME DEPENDS ... PRIVATE ...) lines in src/**/CMakeLists.txt.
A folder of src/ without such a line is a program: it stands above all modules and includes any of their contracts.

Reported: a cycle in the graph, a dependency on no module, an include of a module that is not (transitively)
depended on, an include of another module's private header, and a third-party header outside the modules it is
confined to.

Usage: check_layers.py ROOT    Exit status 1 if anything was found.
"""
import pathlib
import re
import sys

# Third-party header prefix -> the modules and programs that may include it. The longest prefix that fits decides.
CONFINED = {
    "CLI/": {"app", "ner"},
    "boost/asio/ssl": {"http"},
    "boost/beast": {"http"},
    "curl/": {"http", "mail"},
    "openssl/": {"base", "http"},
    "pcre2.h": {"api"},
    "prometheus/": {"base"},
    "simdjson": {"pattern"},
    "spdlog/": {"base"},
    "sqlite3": {"storage"},
    "yaml-cpp/": {"config"},
    "zlib.h": {"http"},
}
# Header prefix -> the module that one must be, or depend on, to include it.
FROM_FLOOR = {"boost/asio": "async"}

MODULE = re.compile(r"^\s*rialto_module\(\s*(\w+)([^)]*)\)", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def read_graph(root):
    graph = {}
    for file in sorted((root / "src").rglob("CMakeLists.txt")):
        text = re.sub(r"#.*", "", file.read_text())
        for name, arguments in MODULE.findall(text):
            depends = re.search(r"\bDEPENDS\b(.*?)(?:\bPRIVATE\b|$)", arguments, re.S)
            graph[name] = set(depends.group(1).split()) if depends else set()
    return graph


def graph_faults(graph):
    for module in sorted(graph):
        for need in sorted(graph[module] - graph.keys()):
            yield f"src/CMakeLists.txt: {module} depends on {need}, which is no module"
    done = set()
    for module in sorted(graph):
        cycle = find_cycle(graph, module, (), done)
        if cycle:
            yield "src/CMakeLists.txt: cycle " + " -> ".join(cycle)
            return


def find_cycle(graph, module, path, done):
    if module in path:
        return path[path.index(module):] + (module,)
    if module in done:
        return None
    for need in sorted(graph.get(module, ())):
        cycle = find_cycle(graph, need, path + (module,), done)
        if cycle:
            return cycle
    done.add(module)
    return None


def reach(graph, module):
    reached, ahead = set(), [module]
    while ahead:
        module = ahead.pop()
        if module not in reached:
            reached.add(module)
            ahead.extend(graph.get(module, ()))
    return reached


def include_fault(owner, style, target, allowed, modules):
    """Why `owner`, which may use the modules `allowed`, may not include `target`; None if it may."""
    parts = target.split("/")
    if parts[0] == "rialto":
        return None if parts[1] in allowed else f"{owner} may not include {target}"
    if style == '"' and parts[0] in modules and parts[0] != owner:
        return f"{target} is private to {parts[0]}"
    confined = max((prefix for prefix in CONFINED if target.startswith(prefix)), key=len, default=None)
    if confined:
        return None if owner in CONFINED[confined] else f"{target} belongs in {', '.join(sorted(CONFINED[confined]))} only"
    for prefix, floor in FROM_FLOOR.items():
        if target.startswith(prefix) and floor not in allowed:
            return f"{owner} may not include {target}: it does not depend on {floor}"
    return None


def include_faults(root, graph):
    for top in ("include/rialto", "src"):
        folder = root / top
        for file in sorted(file for file in folder.rglob("*.[ch]pp") if file.parent != folder):
            owner = file.relative_to(folder).parts[0]
            allowed = reach(graph, owner) if owner in graph else set(graph)
            for style, target in INCLUDE.findall(file.read_text()):
                fault = include_fault(owner, style, target, allowed, graph.keys())
                if fault:
                    yield f"{file.relative_to(root)}: {fault}"


def faults(root):
    graph = read_graph(root)
    if not graph:
        return ["src/CMakeLists.txt: no rialto_module line found"]
    return [*graph_faults(graph), *include_faults(root, graph)]


def main(root):
    found = faults(root)
    if found:
        print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
