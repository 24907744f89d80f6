package dev.dovetail.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * A file on a web server. The server is not contacted until a method requests data.
 *
 * <p>Redirects are followed, but not from {@code https} to other schemes. The connection times out
 * after ten seconds, and a silent server after half a minute.
 */
public final class HttpFile {

  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(10).toMillis();
  private static final int SILENCE_MILLIS = (int) Duration.ofSeconds(30).toMillis();
  private static final int MOST_REDIRECTS = 10;
  private static final int RESUMED = HttpURLConnection.HTTP_PARTIAL;
  private static final int NOTHING_LEFT = 416;
  private static final int WINDOW = 1 << 16;

  /** Receives the progress of a download. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Called when bytes were received.
     *
     * @param done number of bytes received, including those of an earlier attempt
     * @param total size of the file in bytes; -1 if the server does not report it
     */
    void arrived(long done, long total);
  }

  private final URI uri;
  private final Map<String, String> secrets;

  private HttpFile(URI uri, Map<String, String> secrets) {
    this.uri = uri;
    this.secrets = secrets;
  }

  /**
   * {@return whether a text starts like a web address}
   *
   * @param text text that a user entered
   */
  public static boolean isUrl(String text) {
    return text.regionMatches(true, 0, "http://", 0, 7)
        || text.regionMatches(true, 0, "https://", 0, 8);
  }

  /**
   * {@return the file at an address}
   *
   * @param url an http or https URL
   * @throws IllegalArgumentException if it is not a valid URL
   */
  public static HttpFile of(String url) {
    try {
      URI uri = new URI(url);
      if (isUrl(url) && uri.getHost() != null) {
        return new HttpFile(uri, Map.of());
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(url + " is not a URL: " + e.getReason(), e);
    }
    throw new IllegalArgumentException(
        url + " is not a URL with a host, such as https://host/file");
  }

  /**
   * {@return the file with a header that is sent to this server, but not to servers that it
   * redirects to}
   *
   * @param name the name of the header
   * @param value the value of the header
   */
  public HttpFile withSecret(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(secrets);
    more.put(name, value);
    return new HttpFile(uri, more);
  }

  /** {@return the address} */
  public URI uri() {
    return uri;
  }

  /**
   * Reads the whole file.
   *
   * @param most the maximum number of bytes
   * @param within the maximum duration
   * @return the content
   * @throws HttpStatusException if the server does not return the file
   * @throws IOException if the server cannot be reached, or the file exceeds a limit
   */
  public byte[] read(long most, Duration within) throws IOException {
    long end = System.nanoTime() + within.toNanos();
    HttpURLConnection connection = open("GET", Map.of(), true);
    try (InputStream in = connection.getInputStream()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] window = new byte[WINDOW];
      for (int n = in.read(window); n >= 0; n = in.read(window)) {
        all.write(window, 0, n);
        if (all.size() > most) {
          throw new IOException(uri + ": more than " + most + " bytes");
        }
        if (System.nanoTime() > end) {
          throw new IOException(uri + ": took more than " + within.toSeconds() + " s");
        }
      }
      requireWhole(all.size(), connection.getContentLengthLong());
      return all.toByteArray();
    } catch (IOException e) {
      throw named(e);
    } finally {
      connection.disconnect();
    }
  }

  /**
   * Returns the headers of a HEAD request. Redirects to other servers are not followed, since the
   * headers of the first server describe the file.
   *
   * @param names the requested headers
   * @return the headers that are present
   * @throws HttpStatusException if the server does not return the file
   * @throws IOException if the server cannot be reached
   */
  public Map<String, String> headers(String... names) throws IOException {
    HttpURLConnection connection = open("HEAD", Map.of(), false);
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : names) {
      Optional.ofNullable(connection.getHeaderField(name)).ifPresent(v -> found.put(name, v));
    }
    connection.disconnect();
    return found;
  }

  /**
   * Downloads the content to a file. If the file contains the beginning from an earlier attempt and
   * the server still has the same version, only the rest is requested. If the download fails, the
   * received bytes are kept.
   *
   * @param part the file to write; the version that the server reports is kept next to it, in
   *     {@code PART.version}
   * @param listener receives progress
   * @throws HttpStatusException if the server does not return the file
   * @throws IOException if the server cannot be reached, the connection is lost, or the file cannot
   *     be written
   */
  public void download(Path part, Listener listener) throws IOException {
    Path version = part.resolveSibling(part.getFileName() + ".version");
    long received = Files.exists(part) && Files.exists(version) ? Files.size(part) : 0;
    HttpURLConnection connection =
        received == 0 ? open("GET", Map.of(), true) : resume(received, Files.readString(version));
    try (InputStream in = connection.getInputStream();
        FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      boolean resumed = connection.getResponseCode() == RESUMED;
      long done = resumed ? received : 0;
      out.truncate(done).position(done);
      keepVersion(connection, version);
      long length = connection.getContentLengthLong();
      long total = length < 0 ? -1 : done + length;
      listener.arrived(done, total);
      byte[] window = new byte[WINDOW];
      for (int n = in.read(window); n >= 0; n = in.read(window)) {
        write(out, ByteBuffer.wrap(window, 0, n), part);
        done += n;
        listener.arrived(done, total);
      }
      requireWhole(done, total);
    } catch (IOException e) {
      throw named(e);
    } finally {
      connection.disconnect();
    }
    Files.deleteIfExists(version);
  }

  private static void write(FileChannel out, ByteBuffer bytes, Path part) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new OutputException(part, e);
    }
  }

  private HttpURLConnection resume(long received, String version) throws IOException {
    try {
      return open("GET", Map.of("Range", "bytes=" + received + "-", "If-Range", version), true);
    } catch (HttpStatusException e) {
      if (e.status() == NOTHING_LEFT) {
        return open("GET", Map.of(), true);
      }
      throw e;
    }
  }

  /** Saves a strong entity tag, which identifies the exact bytes of the content. */
  private static void keepVersion(HttpURLConnection connection, Path file) throws IOException {
    String tag = connection.getHeaderField("ETag");
    if (tag != null && tag.startsWith("\"")) {
      Files.writeString(file, tag);
    } else {
      Files.deleteIfExists(file);
    }
  }

  private void requireWhole(long done, long total) throws IOException {
    if (total >= 0 && done != total) {
      throw new IOException(
          uri + ": the connection was lost after " + done + " of " + total + " bytes");
    }
  }

  /**
   * Opens a connection and follows redirects. With {@code far} false, redirects to another server
   * are not followed.
   */
  private HttpURLConnection open(String method, Map<String, String> headers, boolean far)
      throws IOException {
    URI at = uri;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpURLConnection connection = ask(at, method, headers);
      int status = connection.getResponseCode();
      String location = connection.getHeaderField("Location");
      if (status / 100 == 2) {
        return connection;
      }
      if (status / 100 != 3 || location == null) {
        connection.disconnect();
        throw new HttpStatusException(uri, status);
      }
      URI next = target(at, location);
      if (!far && !sameServer(next)) {
        return connection;
      }
      connection.disconnect();
      if (at.getScheme().equalsIgnoreCase("https") && !next.getScheme().equalsIgnoreCase("https")) {
        throw new IOException(
            uri + ": redirected from https to " + next + ", which is not allowed");
      }
      at = next;
    }
    throw new IOException(uri + ": redirected more than " + MOST_REDIRECTS + " times");
  }

  private URI target(URI from, String location) throws IOException {
    try {
      URI next = from.resolve(new URI(location));
      if (isUrl(next.toString())) {
        return next;
      }
    } catch (URISyntaxException e) {
      // The exception below also covers this case.
    }
    throw new IOException(uri + ": redirected to '" + location + "', which is not a URL");
  }

  private boolean sameServer(URI other) {
    return uri.getScheme().equalsIgnoreCase(other.getScheme())
        && uri.getRawAuthority().equalsIgnoreCase(other.getRawAuthority());
  }

  private HttpURLConnection ask(URI at, String method, Map<String, String> headers)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) at.toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(SILENCE_MILLIS);
    connection.setUseCaches(false);
    connection.setRequestMethod(method);
    connection.setRequestProperty("User-Agent", "dovetail");
    connection.setRequestProperty("Accept-Encoding", "identity");
    headers.forEach(connection::setRequestProperty);
    if (sameServer(at)) {
      secrets.forEach(connection::setRequestProperty);
    }
    try {
      connection.connect();
      connection.getResponseCode();
      return connection;
    } catch (IOException e) {
      throw named(e);
    }
  }

  /** Returns why a server is not trusted. */
  private static String secure(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) {
        return "its certificate is not signed by a known authority; to trust it, put it in a trust"
            + " store and set DOVETAIL_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE";
      }
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired (" + cause.getMessage() + ")";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet (" + cause.getMessage() + ")";
      }
      if (cause instanceof CertificateException
          && String.valueOf(cause.getMessage()).startsWith("No ")) { // matching subject or name
        return "its certificate is not for this host (" + cause.getMessage() + ")";
      }
    }
    return String.valueOf(e.getMessage()).startsWith("Unsupported or unrecognized SSL message")
        ? "the server does not use TLS; try http:// instead"
        : String.valueOf(e.getMessage());
  }

  /** Returns an exception whose message contains the address. */
  private IOException named(IOException e) {
    String host = uri.getHost();
    String reason;
    if (e instanceof UnknownHostException) {
      reason = "the host " + host + " cannot be found (is this machine online?)";
    } else if (e instanceof SocketTimeoutException) {
      reason = host + " does not answer";
    } else if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      reason = "cannot connect to " + uri.getRawAuthority() + ": " + e.getMessage();
    } else if (e instanceof SSLException) {
      reason = "cannot establish a secure connection to " + host + ": " + secure(e);
    } else if (e instanceof OutputException || e instanceof FileSystemException) {
      return e;
    } else if (e.getMessage() != null && e.getMessage().startsWith(uri.toString())) {
      return e;
    } else {
      reason = "the connection was lost: " + e.getMessage();
    }
    return new IOException(uri + ": " + reason, e);
  }
}
