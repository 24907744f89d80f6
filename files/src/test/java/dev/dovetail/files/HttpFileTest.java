package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests reading from a server in this process. {@code RemoteWeightsTest} tests downloads. */
class HttpFileTest {

  private static final byte[] CONTENT = {1, 2, 3, 4, 5};
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/to/")) {
              exchange.getResponseHeaders().add("Location", path.substring(3));
              exchange.sendResponseHeaders(302, -1);
            } else if (path.equals("/loop")) {
              exchange.getResponseHeaders().add("Location", "/loop");
              exchange.sendResponseHeaders(307, -1);
            } else if (path.equals("/file")) {
              exchange.getResponseHeaders().add("Location", "file:///etc/hostname");
              exchange.sendResponseHeaders(302, -1);
            } else if (path.equals("/broken")) {
              exchange.sendResponseHeaders(200, 100);
              exchange.getResponseBody().write(CONTENT);
              exchange.getResponseBody().flush();
              throw new IOException("breaks off");
            } else if (path.equals("/slow")) {
              exchange.sendResponseHeaders(200, 0);
              for (int i = 0; i < 50; i++) {
                exchange.getResponseBody().write(CONTENT);
                exchange.getResponseBody().flush();
                pause();
              }
            } else {
              exchange.sendResponseHeaders(200, CONTENT.length);
              exchange.getResponseBody().write(CONTENT);
            }
          }
        });
    server.start();
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpFile file(String path) {
    return HttpFile.of("http://localhost:" + server.getAddress().getPort() + path);
  }

  private String refused(String path, long most, Duration within) {
    IOException e = assertThrows(IOException.class, () -> file(path).read(most, within));
    assertTrue(e.getMessage().startsWith(file(path).uri() + ": "), e.getMessage());
    return e.getMessage();
  }

  @Test
  void theContentIsReadThroughRedirects() throws IOException {
    assertArrayEquals(CONTENT, file("/a").read(5, MINUTE));
    assertArrayEquals(CONTENT, file("/to/a").read(5, MINUTE));
  }

  @Test
  void largeSlowAndTruncatedResponsesAreRejected() {
    assertTrue(refused("/a", 4, MINUTE).endsWith("more than 4 bytes"));
    assertTrue(refused("/slow", 1000, Duration.ofMillis(100)).contains("took more than"));
    assertTrue(refused("/broken", 1000, MINUTE).contains("the connection was lost"));
  }

  @Test
  void invalidAndEndlessRedirectsAreRejected() {
    assertTrue(refused("/loop", 5, MINUTE).contains("redirected more than 10 times"));
    assertTrue(refused("/file", 5, MINUTE).contains("which is not a URL"));
  }

  @Test
  void anUnreachableServerIsNamed() {
    server.stop(0);
    assertTrue(refused("/a", 5, MINUTE).contains("cannot connect to localhost:"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "https:///a", "http://a b", "ftp://host/a", "a.jpg"})
  void invalidAddressesAreRejected(String text) {
    assertThrows(IllegalArgumentException.class, () -> HttpFile.of(text));
  }

  @Test
  void addressesAreRecognizedByTheirScheme() {
    assertEquals(true, HttpFile.isUrl("HTTPS://host/a.png"));
    assertEquals(false, HttpFile.isUrl("https.png"));
  }
}
