package dev.dovetail.files;

import java.io.IOException;
import java.net.URI;

/** A web server answered, but not with what was asked for. */
public final class HttpStatusException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;

  HttpStatusException(URI uri, int status) {
    super(uri + ": the server answers " + status + meaning(status));
    this.status = status;
  }

  private static String meaning(int status) {
    return switch (status) {
      case 401 -> " (it wants to know who asks)";
      case 403 -> " (no permission)";
      case 404, 410 -> " (not found)";
      case 429 -> " (too many requests; try again later)";
      default -> status >= 500 ? " (it has a problem; try again later)" : "";
    };
  }

  /** {@return the status code of HTTP} */
  public int status() {
    return status;
  }
}
