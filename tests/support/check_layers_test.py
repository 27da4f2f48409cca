"""What check_layers.py reports, on small made-up trees."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_layers

GRAPH = """
# rialto_module(NAME DEPENDS this comment is no module)
rialto_module(base     PRIVATE spdlog::spdlog)
rialto_module(async    DEPENDS base)
rialto_module(http     DEPENDS async
                       PRIVATE OpenSSL::SSL)
rialto_module(model    DEPENDS base)
"""


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def faults(self, files, graph=GRAPH):
        for path, text in {"src/CMakeLists.txt": graph, **files}.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return check_layers.faults(self.root)

    def test_includes_that_flow_down_pass(self):
        self.assertEqual([], self.faults({
            "src/http/a.cpp": '#include "http/b.hpp"\n#include "rialto/base/id.hpp"\n#include <boost/beast/http.hpp>\n',
            "include/rialto/async/task.hpp": "#include <boost/asio/awaitable.hpp>\n",
            "src/base/log.cpp": "#include <spdlog/spdlog.h>\n#include <vector>\n",
        }))

    def test_an_include_of_an_upper_or_sibling_module_is_reported(self):
        self.assertEqual(["src/model/a.cpp: model may not include rialto/http/server.hpp"],
                         self.faults({"src/model/a.cpp": '#include "rialto/http/server.hpp"\n'}))

    def test_another_modules_private_header_is_reported(self):
        self.assertEqual(["src/http/a.cpp: base/queue.hpp is private to base"],
                         self.faults({"src/http/a.cpp": '#include "base/queue.hpp"\n'}))

    def test_a_confined_library_outside_its_module_is_reported(self):
        self.assertEqual(["include/rialto/base/a.hpp: boost/asio/ssl/context.hpp belongs in http only"],
                         self.faults({"include/rialto/base/a.hpp": "#include <boost/asio/ssl/context.hpp>\n"}))

    def test_asio_below_async_is_reported(self):
        found = self.faults({"src/model/a.cpp": "  # include <boost/asio.hpp>\n"})

        self.assertEqual(["src/model/a.cpp: model may not include boost/asio.hpp: it does not depend on async"], found)

    def test_a_program_stands_above_all_modules(self):
        self.assertEqual([], self.faults({
            "src/app/main.cpp": '#include <CLI/CLI.hpp>\n#include "app/wire.hpp"\n#include "rialto/http/server.hpp"\n',
        }))
        self.assertEqual(["src/app/main.cpp: http/parser.hpp is private to http"],
                         self.faults({"src/app/main.cpp": '#include "http/parser.hpp"\n'}))

    def test_a_cycle_is_reported_once(self):
        graph = "rialto_module(a DEPENDS b)\nrialto_module(b DEPENDS c)\nrialto_module(c DEPENDS a)\n"

        self.assertEqual(["src/CMakeLists.txt: cycle a -> b -> c -> a"], self.faults({}, graph))

    def test_a_dependency_on_no_module_is_reported(self):
        self.assertEqual(["src/CMakeLists.txt: a depends on b, which is no module"],
                         self.faults({}, "rialto_module(a DEPENDS b)\n"))

    def test_a_graph_that_cannot_be_read_is_reported(self):
        self.assertEqual(["src/CMakeLists.txt: no rialto_module line found"], self.faults({}, "nothing\n"))


if __name__ == "__main__":
    unittest.main()
