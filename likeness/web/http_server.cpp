#include "likeness/web/http_server.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>  // boost/asio/awaitable.hpp of Boost 1.74 needs it, and does not say so
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/web/descriptors.hpp"
#include "likeness/web/http_head.hpp"

namespace likeness {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;
using Clock = std::chrono::steady_clock;
using Socket = net::basic_stream_socket<tcp, net::strand<net::io_context::executor_type>>;

constexpr std::string_view kHeadEnd = "\r\n\r\n";

[[noreturn]] void refuse_address(const std::string& listen) {
  throw RequestError("listen", listen + " is no address: give one such as 127.0.0.1:8080");
}

tcp::endpoint endpoint_of(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) refuse_address(listen);
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  std::uint16_t port = 0;
  const char* end = listen.data() + listen.size();
  const auto [stop, wrong] = std::from_chars(listen.data() + colon + 1, end, port);
  error_code error;
  const auto address = net::ip::make_address(host, error);
  if (error || wrong != std::errc() || stop != end) refuse_address(listen);
  return {address, port};
}

[[noreturn]] void refuse_socket(const std::string& why) {
  throw Error(Error::Kind::kInput, "the socket of the service manager: " + why +
                                       ": let its socket unit have one ListenStream=ADDRESS:PORT");
}

std::string text_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  const std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return fmt::format("{}:{}", host, endpoint.port());
}

std::string head_of(const HttpRequest& request, const HttpResponse& response, bool keeps) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\nX-Request-Id: {}\r\n"
      "X-Content-Type-Options: nosniff\r\n",
      response.status, reason_of(response.status),
      fmt::gmtime(std::chrono::system_clock::to_time_t(now)), request.id);
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body) {
    head += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", response.content_type,
                        response.body_bytes());
  }
  if (!keeps) head += "Connection: close\r\n";
  for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\r\n", name, value);
  return head += "\r\n";
}

HttpPlan refusal(HttpProblem problem) {
  return {
      .answer = [problem = std::move(problem)](const HttpRequest&) { return to_response(problem); },
      .runs = HttpPlan::Runs::kRefused};
}

}  // namespace

class HttpConnection;

struct HttpServer::State {
  State(HttpServerOptions the_options, Plan the_plan, Told the_told)
      : options(std::move(the_options)),
        plan(std::move(the_plan)),
        told(std::move(the_told)),
        most(allow_connections(options.limits.connections)),
        context(static_cast<int>(options.network_threads)),
        acceptor(context),
        pool(options.pool_threads),
        wide_pool(options.wide_pool_threads) {}

  [[nodiscard]] net::thread_pool& pool_of(HttpPlan::Runs runs) {
    return runs == HttpPlan::Runs::kOnAWidePool ? wide_pool : pool;
  }

  net::awaitable<void> accept();
  net::awaitable<void> watch(std::stop_token stop);
  void end_overdue();
  void take(Socket socket);
  [[nodiscard]] std::string next_id() {
    return fmt::format("{:08x}-{:x}", started, requests.fetch_add(1, std::memory_order_relaxed));
  }

  const HttpServerOptions options;
  const Plan plan;
  const Told told;
  const std::size_t most;
  const std::uint32_t started = static_cast<std::uint32_t>(std::time(nullptr));
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::size_t> waiting{0};
  std::atomic<std::size_t> body_bytes{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;  // of the next two
  std::list<HttpConnection*> connections;
  std::map<std::string, std::size_t> of_address;

  // Last: with them go the connections, which use all of the above.
  net::io_context context;
  net::basic_socket_acceptor<tcp, net::io_context::executor_type> acceptor;
  net::thread_pool pool;
  net::thread_pool wide_pool;
};

constexpr std::chrono::seconds kTimeForTheFirstRequest(1);

// One client, from its connection to its end; only its own strand touches the socket.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(HttpServer::State& server, Socket socket, std::string address)
      : server_(server), socket_(std::move(socket)), address_(std::move(address)) {
    const std::scoped_lock lock(server_.mutex);
    place_ = server_.connections.insert(server_.connections.end(), this);
    ++server_.of_address[address_];
  }

  ~HttpConnection() {
    const std::scoped_lock lock(server_.mutex);
    server_.connections.erase(place_);
    server_.body_bytes -= body_bytes_;
    const auto count = server_.of_address.find(address_);
    if (--count->second == 0) server_.of_address.erase(count);
  }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  HttpConnection(HttpConnection&&) = delete;
  HttpConnection& operator=(HttpConnection&&) = delete;

  net::awaitable<void> run() {
    try {
      while (co_await exchange()) {
      }
      co_await end();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the client has gone
    }
  }

  // With the server's mutex held.
  void end_if(Clock::time_point now, bool stopping) {
    const auto deadline = deadline_.load();
    if (now < deadline && !(stopping && now >= idle_from_.load())) return;
    deadline_ = Clock::time_point::max();
    net::post(socket_.get_executor(), [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      error_code ignored;
      self->late_ = true;
      ignored = self->socket_.cancel(ignored);
    });
  }

 private:
  struct LaterAnswer {
    explicit LaterAnswer(const Socket::executor_type& executor)
        : came(executor, Clock::time_point::max()) {}
    net::steady_timer came;  // ends when the response is there
    bool is_there = false;
    HttpResponse response;
  };

  void allow(std::chrono::seconds time) { deadline_ = Clock::now() + time; }

  // One request and its answer; false when the connection is to end.
  net::awaitable<bool> exchange() {
    const std::optional<std::string> text = co_await read_head();
    if (!text) co_return false;
    const auto start = Clock::now();
    HttpHead head;
    HttpPlan plan;
    try {
      if (text->empty()) {
        throw HttpProblem{.status = late_ ? 408 : 431,
                          .kind = "input",
                          .message = late_ ? "the head of the request came too slowly"
                                           : "the head of the request is too large"};
      }
      head = read_http_head(*text, server_.options.limits.target_bytes);
      name(head.request);
      plan = planned(head);
    } catch (const HttpProblem& problem) {
      name(head.request);
      plan = refusal(problem);
    }
    const bool refuses = plan.runs == HttpPlan::Runs::kRefused;
    bool keeps = head.keeps_connection && !refuses;
    std::optional<HttpProblem> problem;
    if (!refuses && head.body_bytes > 0) problem = co_await read_body(head);
    if (problem) {
      plan = refusal(*std::move(problem));
      keeps = false;
    }
    HttpResponse response = co_await answer(plan, head.request);
    forget_body(head.request);
    keeps = keeps && !server_.stopping;
    try {
      co_await write(head.request, response, keeps);
    } catch (const std::exception& error) {  // the client has gone, or there is no more to send
      if (response.stream) response.remark = std::string("not sent whole: ") + error.what();
      keeps = false;
    }
    server_.told({.request = head.request,
                  .response = response,
                  .seconds = std::chrono::duration<double>(Clock::now() - start).count()});
    co_return keeps;
  }

  void name(HttpRequest& request) {
    request.id = server_.next_id();
    request.address = address_;
  }

  // Checks what concerns the body, whoever it is for.
  HttpPlan planned(const HttpHead& head) {
    HttpPlan plan = server_.plan(head.request);
    if (plan.runs == HttpPlan::Runs::kRefused) return plan;
    if (plan.needs_body && !head.has_length) {
      throw HttpProblem{.status = 411, .kind = "input", .message = "Content-Length is missing"};
    }
    if (head.body_bytes > plan.most_body_bytes) {
      throw HttpProblem{.status = 413,
                        .kind = "input",
                        .message = fmt::format("the body has {} bytes: {} are read at most",
                                               head.body_bytes, plan.most_body_bytes)};
    }
    return plan;
  }

  // Up to the empty line; an empty text if that does not come in time or in room; nothing if the
  // client has gone, or says nothing more.
  net::awaitable<std::optional<std::string>> read_head() {
    const HttpLimits& limits = server_.options.limits;
    std::array<char, 2048> piece{};
    std::size_t looked = 0;
    if (has_asked_) idle_from_ = buffer_.empty() ? Clock::now() : Clock::time_point::max();
    allow(buffer_.empty() ? limits.idle : limits.header);
    for (;;) {
      const auto end = buffer_.find(kHeadEnd, looked - std::min(looked, kHeadEnd.size()));
      if (end != std::string::npos) {
        std::string head = buffer_.substr(0, end + kHeadEnd.size());
        buffer_.erase(0, head.size());
        deadline_ = Clock::time_point::max();
        has_asked_ = true;
        if (head.size() > limits.header_bytes) co_return "";
        co_return head;
      }
      looked = buffer_.size();
      if (looked > limits.header_bytes) co_return "";
      error_code error;
      const std::size_t count = co_await socket_.async_read_some(
          net::buffer(piece), net::redirect_error(net::use_awaitable, error));
      if (error) {
        if (late_ && !buffer_.empty()) co_return "";
        co_return std::nullopt;
      }
      if (idle_from_.exchange(Clock::time_point::max()) != Clock::time_point::max()) {
        allow(limits.header);
      }
      buffer_.append(piece.data(), count);
    }
  }

  // What is wrong with it; throws if the client has gone.
  net::awaitable<std::optional<HttpProblem>> read_body(HttpHead& head) {
    allow(server_.options.limits.body);
    if (head.expects_continue && buffer_.empty()) {
      co_await net::async_write(socket_, net::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25),
                                net::use_awaitable);
    }
    std::string& body = head.request.body;
    const std::size_t there = std::min(buffer_.size(), head.body_bytes);
    body.assign(buffer_, 0, there);
    buffer_.erase(0, there);
    while (body.size() < head.body_bytes) {
      if (!take_room(body.size())) co_return no_room();
      // As it comes, as much again as has come: a length alone takes no memory.
      constexpr std::size_t kLeast = 4UL << 10U;
      constexpr std::size_t kMost = 256UL << 10U;
      const std::size_t old = body.size();
      body.resize(std::min(old + std::clamp(old, kLeast, kMost), head.body_bytes));
      error_code error;
      const std::size_t count =
          co_await socket_.async_read_some(net::buffer(body.data() + old, body.size() - old),
                                           net::redirect_error(net::use_awaitable, error));
      body.resize(old + count);
      if (error && late_) {
        co_return HttpProblem{
            .status = 408, .kind = "input", .message = "the body came too slowly"};
      }
      if (error) throw boost::system::system_error(error);
    }
    deadline_ = Clock::time_point::max();
    if (!take_room(body.size())) co_return no_room();
    co_return std::nullopt;
  }

  // Of what all bodies may hold together, so many bytes are this one's. False: there are no more.
  bool take_room(std::size_t bytes) {
    const std::size_t all = server_.body_bytes += bytes - body_bytes_;
    body_bytes_ = bytes;
    return all <= server_.options.limits.bodies_bytes;
  }

  static HttpProblem no_room() {
    return {.status = 503,
            .kind = "busy",
            .message = "too much is being sent at once: try again in a moment",
            .headers = {{"Retry-After", "1"}}};
  }

  void forget_body(HttpRequest& request) {
    std::string().swap(request.body);
    (void)take_room(0);
  }

  net::awaitable<HttpResponse> answer(HttpPlan& plan, const HttpRequest& request) {
    const bool at_once =
        plan.runs == HttpPlan::Runs::kAtOnce || plan.runs == HttpPlan::Runs::kRefused;
    if (at_once) co_return answered(plan, request);
    if (server_.waiting.fetch_add(1) >= server_.options.limits.waiting) {
      --server_.waiting;
      co_return to_response({.status = 503,
                             .kind = "busy",
                             .message = "too many requests are waiting: try again in a moment",
                             .headers = {{"Retry-After", "1"}}});
    }
    // Not by ?:, for which GCC 12 destroys an awaited value twice.
    HttpResponse response;
    if (plan.answer_later) {
      response = co_await answered_later(plan, request);
    } else {
      response = co_await answered_by_pool(plan, request);
    }
    --server_.waiting;
    co_return response;
  }

  net::awaitable<HttpResponse> answered_by_pool(const HttpPlan& plan, const HttpRequest& request) {
    co_return co_await net::co_spawn(
        server_.pool_of(plan.runs).get_executor(),
        [&]() -> net::awaitable<HttpResponse> { co_return answered(plan, request); },
        net::use_awaitable);
  }

  // The pool begins it; this connection sleeps until somebody has the answer.
  net::awaitable<HttpResponse> answered_later(const HttpPlan& plan, const HttpRequest& request) {
    const auto answer = std::make_shared<LaterAnswer>(socket_.get_executor());
    const Respond respond = [answer, executor = socket_.get_executor()](HttpResponse response) {
      net::post(executor, [answer, response = std::move(response)]() mutable {
        if (answer->is_there) return;
        answer->is_there = true;
        answer->response = std::move(response);
        answer->came.cancel();
      });
    };
    net::post(server_.pool_of(plan.runs), [&plan, &request, respond] {
      const auto refusal = refused_by([&] { plan.answer_later(request, respond); }, request);
      if (refusal) respond(*refusal);
    });
    while (!answer->is_there) {
      error_code ignored;
      co_await answer->came.async_wait(net::redirect_error(net::use_awaitable, ignored));
    }
    co_return std::move(answer->response);
  }

  static HttpResponse answered(const HttpPlan& plan, const HttpRequest& request) {
    HttpResponse response;
    const auto refusal = refused_by([&] { response = plan.answer(request); }, request);
    return refusal ? *refusal : response;
  }

  // What an error is answered by; nothing if there is none.
  template <typename Work>
  static std::optional<HttpResponse> refused_by(const Work& work, const HttpRequest& request) {
    try {
      work();
      return std::nullopt;
    } catch (const HttpProblem& problem) {
      return to_response(problem);
    } catch (const std::exception& error) {
      return to_response({.kind = "internal",
                          .message = fmt::format("a mistake of the service; the log tells more of "
                                                 "request {}",
                                                 request.id),
                          .remark = error.what()});
    }
  }

  net::awaitable<void> write(const HttpRequest& request, const HttpResponse& response, bool keeps) {
    allow(server_.options.limits.writing);
    const std::string head = head_of(request, response, keeps);
    const bool with_body =
        request.method != "HEAD" && response.status != 204 && response.status != 304;
    const std::array<net::const_buffer, 2> both{
        net::buffer(head), with_body ? net::buffer(response.body) : net::const_buffer()};
    co_await net::async_write(socket_, both, net::use_awaitable);
    if (response.stream && with_body) co_await write_stream(*response.stream);
    deadline_ = Clock::time_point::max();
  }

  net::awaitable<void> write_stream(const HttpStream& stream) {
    constexpr std::size_t kPiece = 1UL << 20U;
    std::vector<char> piece(kPiece);
    for (std::uint64_t left = stream.bytes; left > 0;) {
      deadline_ = Clock::time_point::max();  // of the client, who waits for the disk
      const std::size_t count = co_await net::co_spawn(
          server_.pool.get_executor(),
          [&]() -> net::awaitable<std::size_t> { co_return stream.read(piece); },
          net::use_awaitable);
      allow(server_.options.limits.writing);
      co_await net::async_write(socket_, net::buffer(piece.data(), count), net::use_awaitable);
      left -= count;
    }
  }

  // Lets the client read what was written before the connection goes: closing with bytes that were
  // not read would take it away (RFC 9112, section 9.6).
  net::awaitable<void> end() {
    error_code error;
    error = socket_.shutdown(tcp::socket::shutdown_send, error);
    allow(std::chrono::seconds(2));
    constexpr std::size_t kMost = 4UL << 20U;
    for (std::size_t read = 0; !error && read < kMost;) {
      co_await socket_.async_wait(Socket::wait_read,
                                  net::redirect_error(net::use_awaitable, error));
      // All that is there is dropped where it is, by one call.
      const auto count = ::recv(socket_.native_handle(), nullptr, kMost, MSG_TRUNC | MSG_DONTWAIT);
      if (count <= 0) break;
      read += static_cast<std::size_t>(count);
    }
  }

  HttpServer::State& server_;
  Socket socket_;
  const std::string address_;
  std::list<HttpConnection*>::iterator place_;
  std::string buffer_;  // read and not yet used
  std::size_t body_bytes_ = 0;
  std::atomic<Clock::time_point> deadline_{Clock::time_point::max()};
  // From when on it is idle: nothing of a request has come. Not at once where it has just
  // connected: who asks then is answered, also by a server that is being ended.
  std::atomic<Clock::time_point> idle_from_{Clock::now() + kTimeForTheFirstRequest};
  bool has_asked_ = false;
  bool late_ = false;
};

void HttpServer::State::take(Socket socket) {
  error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return;
  error = socket.set_option(tcp::no_delay(true), error);
  // What a client does not read waits here, where it is little, and not in the system's memory,
  // which takes megabytes of each. Where the system cannot say so, it is as it would be.
  constexpr int kMostUnsentBytes = 128 << 10;
  (void)::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kMostUnsentBytes,
                     sizeof kMostUnsentBytes);
  std::string client = remote.address().to_string();
  {
    const std::scoped_lock lock(mutex);
    if (connections.size() >= most) return;
    const auto count = of_address.find(client);
    if (count != of_address.end() && count->second >= options.limits.of_one_address) return;
  }
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<HttpConnection>(*this, std::move(socket), std::move(client));
  net::co_spawn(
      executor,
      [connection = std::move(connection)]() -> net::awaitable<void> {
        co_await connection->run();
      },
      net::detached);
}

net::awaitable<void> HttpServer::State::accept() {
  net::steady_timer pause(context);
  while (!stopping) {
    Socket socket(net::make_strand(context));
    error_code error;
    co_await acceptor.async_accept(socket, net::redirect_error(net::use_awaitable, error));
    if (!error) {
      take(std::move(socket));
    } else if (!stopping) {  // no descriptor is left, or the client has gone already
      pause.expires_after(std::chrono::milliseconds(20));
      co_await pause.async_wait(net::redirect_error(net::use_awaitable, error));
    }
  }
}

void HttpServer::State::end_overdue() {
  const auto now = Clock::now();
  const std::scoped_lock lock(mutex);
  for (HttpConnection* connection : connections) connection->end_if(now, stopping);
}

// Looks at all deadlines several times a second, which costs less than a timer for each.
net::awaitable<void> HttpServer::State::watch(std::stop_token stop) {
  net::steady_timer pause(context);
  auto last = Clock::time_point::max();
  for (;;) {
    error_code error;
    pause.expires_after(std::chrono::milliseconds(stopping ? 20 : 100));
    co_await pause.async_wait(net::redirect_error(net::use_awaitable, error));
    if (stop.stop_requested() && !stopping) {
      stopping = true;
      last = Clock::now() + options.limits.ending;
      error = acceptor.close(error);
    }
    end_overdue();
    const std::scoped_lock lock(mutex);
    if (stopping && (connections.empty() || Clock::now() >= last)) break;
  }
  context.stop();
}

HttpServer::HttpServer(const HttpServerOptions& options, Plan plan, Told told)
    : state_(std::make_unique<State>(options, std::move(plan), std::move(told))) {
  const tcp::endpoint endpoint =
      endpoint_of(options.socket ? address_of(*options.socket) : options.listen);
  error_code error;
  auto& acceptor = state_->acceptor;
  if (options.socket) {
    error = acceptor.assign(endpoint.protocol(), *options.socket, error);
    if (error) refuse_socket(error.message());
    return;
  }
  error = acceptor.open(endpoint.protocol(), error);
  if (!error) error = acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) error = acceptor.bind(endpoint, error);
  if (!error) error = acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) {
    throw Error(Error::Kind::kUnavailable, options.listen + ": cannot be listened on: " +
                                               error.message() + ": choose another address");
  }
}

HttpServer::~HttpServer() = default;

std::string HttpServer::address() const {
  error_code error;
  return text_of(state_->acceptor.local_endpoint(error));
}

void HttpServer::run(const std::stop_token& stop) {
  net::co_spawn(state_->context, state_->accept(), net::detached);
  net::co_spawn(state_->context, state_->watch(stop), net::detached);
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < state_->options.network_threads; ++i) {
    threads.emplace_back([this] { state_->context.run(); });
  }
  state_->context.run();
  threads.clear();
  state_->pool.join();
  state_->wide_pool.join();
}

std::size_t HttpServer::connections() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->connections.size();
}

std::size_t HttpServer::waiting() const { return state_->waiting; }

bool is_loopback(const std::string& listen) { return endpoint_of(listen).address().is_loopback(); }

std::string address_of(int socket) {
  int listens = 0;
  socklen_t size = sizeof(listens);
  if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
    refuse_socket("it does not listen");
  tcp::endpoint endpoint;
  size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(socket, endpoint.data(), &size) != 0 ||
      (endpoint.data()->sa_family != AF_INET && endpoint.data()->sa_family != AF_INET6))
    refuse_socket("it listens on no address");
  return text_of(endpoint);
}

}  // namespace likeness
