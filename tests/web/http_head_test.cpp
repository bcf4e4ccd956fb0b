#include "likeness/web/http_head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace likeness {
namespace {

constexpr std::size_t kLongest = 8192;

// The status that a head is refused with; 0 if it is read.
int refused(const std::string& head) {
  try {
    (void)read_http_head(head + "\r\n\r\n", kLongest);
  } catch (const HttpProblem& problem) {
    EXPECT_FALSE(problem.message.empty());
    return problem.status;
  }
  return 0;
}

TEST(HttpHead, IsRead) {
  const HttpHead head = read_http_head(
      "POST /a%20b?c=d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\nX-Odd:  v \r\n"
      "Expect: 100-continue\r\n\r\n",
      kLongest);
  EXPECT_EQ(head.request.method, "POST");
  EXPECT_EQ(head.request.path, "/a%20b");
  EXPECT_EQ(head.request.target.segments.front(), "a b");
  EXPECT_EQ(head.request.header("x-odd"), "v");
  EXPECT_EQ(head.body_bytes, 12U);
  EXPECT_TRUE(head.has_length);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_TRUE(head.keeps_connection);
}

TEST(HttpHead, TakesTheWholeAddressOfAProxy) {
  const HttpHead head =
      read_http_head("GET http://localhost:80/a HTTP/1.1\r\nHost: localhost\r\n\r\n", kLongest);
  EXPECT_EQ(head.request.path, "/a");
}

TEST(HttpHead, KeepsNoConnectionThatIsToEnd) {
  EXPECT_FALSE(read_http_head("GET / HTTP/1.0\r\n\r\n", kLongest).keeps_connection);
  EXPECT_FALSE(read_http_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", kLongest)
                   .keeps_connection);
}

// What a proxy in front and this server might understand differently.
TEST(HttpHead, RefusesWhatCanBeReadInTwoWays) {
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(refused("GET / HTTP/1.1"), 400) << "no Host";
  EXPECT_EQ(refused(get + "Host: b"), 400);
  EXPECT_EQ(refused(post + "Content-Length: 1\r\nContent-Length: 2"), 400);
  EXPECT_EQ(refused(post + "Content-Length: 1\r\nContent-Length: 1"), 400);
  for (const char* length :
       {"+1", "-1", "1 1", "0x1", "1,1", "1e1", "", "99999999999999999999999"}) {
    EXPECT_EQ(refused(post + "Content-Length: " + length), 400) << length;
  }
  EXPECT_EQ(refused(post + "Transfer-Encoding: chunked"), 411);
  EXPECT_EQ(refused(post + "Transfer-Encoding : chunked"), 411);
  EXPECT_EQ(refused(post + "transfer-encoding: identity\r\nContent-Length: 1"), 411);
  EXPECT_EQ(refused(get + "X: a\r\n b"), 400) << "folded";
  EXPECT_EQ(refused(get + "X: a\r\n\tb"), 400) << "folded";
  EXPECT_EQ(refused(get + "X : a"), 400);
  EXPECT_EQ(refused(get + " X: a"), 400);
  EXPECT_EQ(refused(get + "X\x01: a"), 400);
  EXPECT_EQ(refused(get + std::string("X: a\0b", 6)), 400);
  EXPECT_EQ(refused(get + "X: a\nY: b"), 400) << "a bare line feed";
  EXPECT_EQ(refused(get + "X: a\rY: b"), 400) << "a bare carriage return";
}

TEST(HttpHead, RefusesWhatIsNoRequest) {
  for (const char* line :
       {"", "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 x", "GET / HTTP/3", "GET / XTTP/1.1",
        "GET a HTTP/1.1", "G\x7f / HTTP/1.1", "GET /%0 HTTP/1.1", "\x16\x03\x01\x02"}) {
    EXPECT_EQ(refused(std::string(line) + "\r\nHost: a"), 400) << line;
  }
  EXPECT_EQ(refused("GET /" + std::string(kLongest, 'a') + " HTTP/1.1\r\nHost: a"), 414);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: a\r\nExpect: cake"), 417);
}

}  // namespace
}  // namespace likeness
