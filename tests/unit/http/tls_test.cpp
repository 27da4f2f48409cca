#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "fixture.hpp"
#include "rialto/http/client.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Key make_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

Certificate make_certificate(EVP_PKEY* key, long serial) {
    Certificate certificate{X509_new(), X509_free};
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key, EVP_sha256());
    return certificate;
}

template <class Write>
void write_pem(const std::string& file, Write write) {
    std::unique_ptr<FILE, int (*)(FILE*)> out{std::fopen(file.c_str(), "w"), std::fclose};
    write(out.get());
}

class TlsTest : public HttpTest {
public:
    TlsTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "rialto-tls-XXXXXX").string();
        folder = mkdtemp(pattern.data());
        options.tls_certificate = folder / "cert.pem";
        options.tls_key = folder / "key.pem";
        write_pair(1);
    }
    ~TlsTest() {
        stop(2s);
        std::filesystem::remove_all(folder);
    }

    void write_pair(long serial) {
        const auto key = make_key();
        const auto certificate = make_certificate(key.get(), serial);
        write_key(key.get());
        write_pem(options.tls_certificate, [&](FILE* out) { PEM_write_X509(out, certificate.get()); });
    }
    void write_key(EVP_PKEY* key) {
        write_pem(options.tls_key,
                  [key](FILE* out) { PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
    }

    std::filesystem::path folder;
};

class TlsClient {
public:
    explicit TlsClient(std::uint16_t port) : stream_{context_, tls_} {
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
        SSL_set_alpn_protos(stream_.native_handle(), reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
        stream_.handshake(asio::ssl::stream_base::client);
    }
    std::string ask(const std::string& request) {
        asio::write(stream_, asio::buffer(request));
        std::string answer;
        boost::system::error_code ignored;
        asio::read(stream_, asio::dynamic_buffer(answer), ignored);
        return answer;
    }
    std::string protocol() {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(stream_.native_handle(), &name, &size);
        return {reinterpret_cast<const char*>(name), size};
    }
    long serial() {
        const Certificate peer{SSL_get1_peer_certificate(stream_.native_handle()), X509_free};
        return ASN1_INTEGER_get(X509_get_serialNumber(peer.get()));
    }

private:
    asio::io_context context_;
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    asio::ssl::stream<tcp::socket> stream_;
};

const std::string kClosing = "GET /t HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE_METHOD(TlsTest, "requests are served over TLS, with HTTP/1.1 negotiated", "[http]") {
    REQUIRE(start());
    TlsClient client{server->port()};

    CHECK(client.protocol() == "http/1.1");
    CHECK(client.ask(kClosing).ends_with("GET /t []"));
}

TEST_CASE_METHOD(TlsTest, "the outbound client gets a page over TLS", "[http]") {
    REQUIRE(start());
    const auto url = "https://127.0.0.1:" + std::to_string(server->port()) + "/page";

    const auto trusting = fetch(url, 5s, true);
    const auto careful = fetch(url, 5s);

    REQUIRE(trusting);
    CHECK(trusting->status == 200);
    CHECK(trusting->body == "GET /page []");
    REQUIRE_FALSE(careful);
    CHECK(careful.error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(TlsTest, "the asynchronous client trusts the authorities that it is given, and no other", "[http]") {
    REQUIRE(start());
    ClientOptions of_client;
    of_client.allow_local = true;
    Client careful{of_client};
    of_client.ca_file = options.tls_certificate;
    Client trusting{of_client};
    ClientRequest request;
    request.url = "https://localhost:" + std::to_string(server->port()) + "/page";
    const auto send = [&](Client& client) {
        return asio::co_spawn(context, client.send(request), asio::use_future).get();
    };

    const auto refused = send(careful);
    const auto page = send(trusting);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unavailable);
    REQUIRE(page);
    CHECK(page->body == "GET /page []");
}

TEST_CASE_METHOD(TlsTest, "plain HTTP on a TLS port is closed", "[http]") {
    REQUIRE(start());
    auto client = connect();

    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(client.read_rest().find("HTTP/1.1") == std::string::npos);
}

TEST_CASE_METHOD(TlsTest, "a reloaded certificate holds for new connections, a broken one for none", "[http]") {
    REQUIRE(start());
    write_pair(2);

    auto certificate = server->read_certificate();
    REQUIRE(certificate);
    CHECK(TlsClient{server->port()}.serial() == 1);
    server->use(std::move(*certificate));
    CHECK(TlsClient{server->port()}.serial() == 2);
    write_key(make_key().get());
    const auto reloaded = server->read_certificate();

    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error().message.find("matches the certificate") != std::string::npos);
    CHECK(TlsClient{server->port()}.serial() == 2);
}

TEST_CASE_METHOD(TlsTest, "a certificate that cannot be used is named", "[http]") {
    std::ofstream{options.tls_certificate} << "not PEM";
    const auto garbled = start();
    std::filesystem::remove(options.tls_certificate);
    const auto missing = start();

    REQUIRE_FALSE(garbled);
    CHECK(garbled.error().message.find("is not a PEM certificate chain") != std::string::npos);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::InvalidArgument);
    CHECK(missing.error().message.find("No such file") != std::string::npos);
}

TEST_CASE_METHOD(TlsTest, "stopping cuts handshakes that are half open", "[http]") {
    REQUIRE(start());
    auto silent = connect();
    TlsClient{server->port()}.ask(kClosing);

    stop(20ms);

    CHECK(silent.closed());
}

TEST_CASE("a fetch that nobody answers names the server", "[http]") {
    const auto fetched = fetch("http://127.0.0.1:1/x", 1s);

    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().code == Errc::Unavailable);
    CHECK(fetched.error().message.starts_with("http://127.0.0.1:1: "));
}
