package dev.dovetail.files;

import java.io.IOException;
import java.net.URI;

/** Thrown if a web server responds with an error status. */
public final class HttpStatusException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;

  HttpStatusException(URI uri, int status) {
    super(uri + ": the server responds with " + status + meaning(status));
    this.status = status;
  }

  private static String meaning(int status) {
    return switch (status) {
      case 401 -> " (authentication required)";
      case 403 -> " (permission denied)";
      case 404, 410 -> " (not found)";
      case 429 -> " (too many requests; try again later)";
      default -> status >= 500 ? " (server error; try again later)" : "";
    };
  }

  /** {@return the HTTP status code} */
  public int status() {
    return status;
  }
}
