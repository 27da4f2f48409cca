#include "entities/model/embedded.hpp"

// The assembler puts the file in as it is: the compiler never sees its bytes, and the kernel maps its pages when they
// are first touched. The path is looked up in the include directories.
__asm__(
    ".pushsection .rodata.rialto_model, \"a\"\n"
    ".balign 64\n"
    ".globl rialto_model_begin\n"
    "rialto_model_begin:\n"
    ".incbin \"entities/model/english.model\"\n"
    ".globl rialto_model_end\n"
    "rialto_model_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char rialto_model_begin[];
extern const char rialto_model_end[];
}

namespace rialto::entities {

std::string_view embedded_model() { return {rialto_model_begin, rialto_model_end}; }

}  // namespace rialto::entities
