package dev.dovetail.models.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A hub with one repository, which redirects to a second server for contents, like the Hugging Face
 * Hub.
 */
final class FakeHub implements AutoCloseable {

  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static final String REPOSITORY = "/some/model/";

  final Map<String, byte[]> files = new LinkedHashMap<>();

  /** The method, path and range of every request. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** The last authorization that the hub and the content server received. */
  volatile String hubSaw = "";

  volatile String contentSaw = "";

  /** The number of bytes after which the next transfer is interrupted; -1 for none. */
  volatile int breaksAfter = -1;

  /** The token that the hub requires. */
  volatile String requiredToken = "";

  private final HttpServer hub;
  private final HttpServer contents;

  FakeHub() throws IOException {
    hub = server(this::hub);
    contents = server(this::content);
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private static HttpServer server(Handler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
    return server;
  }

  String endpoint() {
    return "http://localhost:" + hub.getAddress().getPort();
  }

  String content(String name) {
    return "http://localhost:" + contents.getAddress().getPort() + "/" + name;
  }

  private String seen(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().getPath()
            + (range == null ? "" : " " + range));
    return String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private void hub(HttpExchange exchange) throws IOException {
    hubSaw = seen(exchange);
    String path = exchange.getRequestURI().getPath();
    if (!requiredToken.isEmpty() && !hubSaw.equals("Bearer " + requiredToken)) {
      exchange.sendResponseHeaders(401, -1);
    } else if (path.equals("/api/models" + REPOSITORY + "revision/main")) {
      String names =
          files.keySet().stream()
              .map(name -> "{\"rfilename\": \"" + name + "\"}")
              .collect(Collectors.joining(",", "{\"siblings\": [", "]}"));
      byte[] json = names.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, json.length);
      exchange.getResponseBody().write(json);
    } else {
      String name = path.replaceFirst(REPOSITORY + "resolve/(main|" + COMMIT + ")/", "");
      if (!files.containsKey(name)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.getResponseHeaders().add("X-Repo-Commit", COMMIT);
      exchange.getResponseHeaders().add("X-Linked-ETag", '"' + sha256(files.get(name)) + '"');
      exchange.getResponseHeaders().add("Location", content(name));
      exchange.sendResponseHeaders(302, -1);
    }
  }

  private void content(HttpExchange exchange) throws IOException {
    contentSaw = seen(exchange);
    byte[] all = files.get(exchange.getRequestURI().getPath().substring(1));
    if (all == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    String tag = '"' + Integer.toHexString(Arrays.hashCode(all)) + '"';
    exchange.getResponseHeaders().add("ETag", tag);
    String range = exchange.getRequestHeaders().getFirst("Range");
    boolean resumes =
        range != null && tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    int from = resumes ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
    int length = all.length - from;
    exchange.sendResponseHeaders(resumes ? 206 : 200, length);
    int sent = breaksAfter < 0 ? length : Math.min(breaksAfter, length);
    breaksAfter = -1;
    exchange.getResponseBody().write(all, from, sent);
    if (sent < length) {
      exchange.getResponseBody().flush();
      throw new IOException("breaks off");
    }
  }

  static String sha256(byte[] bytes) throws IOException {
    java.nio.file.Path file = java.nio.file.Files.createTempFile("dovetail-hub", ".bin");
    try {
      return Checksum.of(java.nio.file.Files.write(file, bytes));
    } finally {
      java.nio.file.Files.delete(file);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    contents.stop(0);
  }
}
