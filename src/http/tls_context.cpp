#include "http/tls_context.hpp"

#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace rialto::http {
namespace {

using Context = asio::ssl::context;
using ErrorCode = boost::system::error_code;

Error unusable(const std::string& what, const std::string& file, const std::string& why) {
    return {Errc::InvalidArgument, "cannot use the " + what + " " + file + ": " + why};
}

Status check_readable(const std::string& what, const std::string& file) {
    errno = 0;
    if (std::ifstream{file})
        return {};
    return unusable(what, file, errno != 0 ? std::strerror(errno) : "it cannot be read");
}

// A client that offers no protocol of ours is served all the same: it will speak HTTP/1.1 or be told 400.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                    void*) {
    static constexpr unsigned char kHttp11[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, kHttp11, sizeof kHttp11 - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void configure(Context& context) {
    SSL_CTX* const native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    static constexpr unsigned char kSessions[] = "rialto";
    SSL_CTX_set_session_id_context(native, kSessions, sizeof kSessions - 1);
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    // Without it OpenSSL would ask on the terminal for the password of an encrypted key.
    SSL_CTX_set_default_passwd_cb(native, [](char*, int, int, void*) { return 0; });
}

}  // namespace

Result<std::shared_ptr<Context>> load_tls(const std::string& certificate, const std::string& key) {
    if (auto readable = check_readable("TLS certificate", certificate); !readable)
        return readable.error();
    if (auto readable = check_readable("TLS key", key); !readable)
        return readable.error();

    auto context = std::make_shared<Context>(Context::tls_server);
    configure(*context);
    ErrorCode error;
    context->use_certificate_chain_file(certificate, error);
    if (error)
        return unusable("TLS certificate", certificate, "it is not a PEM certificate chain (" + error.message() + ")");
    const bool has_key = SSL_CTX_use_PrivateKey_file(context->native_handle(), key.c_str(), SSL_FILETYPE_PEM) == 1;
    if (has_key && SSL_CTX_check_private_key(context->native_handle()) == 1)
        return context;
    return unusable("TLS key", key, "it is not an unencrypted PEM key that matches the certificate " + certificate);
}

}  // namespace rialto::http
