package dev.dovetail.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading from a server in this process with a self-signed certificate. */
class HttpsFileTest {

  private static final byte[] CONTENT = {1, 2, 3, 4, 5};
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  private final SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
  private HttpsServer server;
  private SSLContext context;

  @BeforeEach
  void start() throws Exception {
    KeyStore keys = keys();
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(keys);
    context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            if (exchange.getRequestURI().getPath().equals("/down")) {
              exchange.getResponseHeaders().add("Location", "http://localhost:1/a");
              exchange.sendResponseHeaders(302, -1);
            } else {
              exchange.sendResponseHeaders(200, CONTENT.length);
              exchange.getResponseBody().write(CONTENT);
            }
          }
        });
    server.start();
  }

  private KeyStore keys() throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, keytool.waitFor());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    // Keys are not trusted for their own sake.
    keys.setCertificateEntry("own", keys.getCertificate("mykey"));
    return keys;
  }

  @AfterEach
  void stop() {
    HttpsURLConnection.setDefaultSSLSocketFactory(before);
    server.stop(0);
  }

  private byte[] read(String address) throws IOException {
    return HttpFile.of(address).read(100, Duration.ofMinutes(1));
  }

  private String url(String host, String path) {
    return "https://" + host + ":" + server.getAddress().getPort() + path;
  }

  private String refused(String address) {
    IOException e = assertThrows(IOException.class, () -> read(address));
    assertTrue(e.getMessage().startsWith(address + ": "), e.getMessage());
    return e.getMessage();
  }

  @Test
  void aSelfSignedCertificateIsRejected() {
    String sentence = refused(url("localhost", "/a"));
    assertTrue(sentence.contains("a secure connection to localhost: its certificate"), sentence);
    assertTrue(sentence.contains("-Djavax.net.ssl.trustStore=FILE"), sentence);
  }

  @Test
  void aTrustedServerIsReadUnlessItsCertificateIsForAnotherHost() throws IOException {
    HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
    assertArrayEquals(CONTENT, read(url("localhost", "/a")));
    String sentence = refused(url("127.0.0.1", "/a"));
    assertTrue(sentence.contains("its certificate is not for this host"), sentence);
  }

  @Test
  void aRedirectToAnInsecureServerIsRejected() {
    HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
    String sentence = refused(url("localhost", "/down"));
    assertTrue(sentence.contains("redirected from https to http://localhost:1/a"), sentence);
  }

  @Test
  void aServerWithoutTlsIsRejected() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(plain));
      answering.start();
      String sentence = refused("https://localhost:" + plain.getLocalPort() + "/a");
      assertTrue(sentence.contains("try http:// instead"), sentence);
    }
  }

  /** Answers any request. */
  private static void answer(ServerSocket server) {
    try (Socket caller = server.accept()) {
      caller.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      caller.shutdownOutput();
      caller.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The other side says what was wrong.
    }
  }
}
