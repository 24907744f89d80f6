package dev.dovetail.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The directory of files that are kept for later starts and can be recreated. */
public final class CacheFolder {

  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int STICKY = 01000;
  private static final int ROOT = 0;

  /** Identifies the user of this process on Linux. Other systems use the user name. */
  private static final Path OWN_PROCESS = Path.of("/proc/self");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private CacheFolder() {}

  /**
   * Returns {@code $XDG_CACHE_HOME/dovetail}, or else {@code ~/.cache/dovetail}. The directory may
   * not exist.
   *
   * @return the directory
   */
  public static Path standard() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * Resolves the directory from the environment. Relative paths are ignored, as the XDG
   * specification requires.
   */
  static Path of(Map<String, String> environment, String userHome) {
    Path caches =
        absolute(environment.get("XDG_CACHE_HOME"))
            .orElseGet(
                () ->
                    absolute(environment.get("HOME")).orElse(Path.of(userHome)).resolve(".cache"));
    return caches.resolve("dovetail");
  }

  private static Optional<Path> absolute(String path) {
    return Optional.ofNullable(path).map(Path::of).filter(Path::isAbsolute);
  }

  /**
   * Creates a directory and its missing parents, accessible only by the user.
   *
   * @param folder the directory
   * @throws IOException if it cannot be created
   */
  public static void create(Path folder) throws IOException {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    Files.createDirectories(folder, attributes);
  }

  /**
   * Rejects a path that another user could have created or could modify. The path and all its
   * parent directories must be owned by the user or root and be writable only by their owner. A
   * parent directory may be writable by everyone if it is sticky, as {@code /tmp} is. Systems
   * without POSIX permissions, such as Windows, are not checked, since user profiles are private
   * there.
   *
   * @throws IOException if the path is not private; the message names the offending file
   */
  static void requirePrivate(Path path) throws IOException {
    Set<String> views = path.getFileSystem().supportedFileAttributeViews();
    if (!views.contains("posix")) {
      return;
    }
    UserPrincipal user = user(path);
    Path real = path.toRealPath();
    for (Path p = real; p != null; p = p.getParent()) {
      Map<String, Object> a = Files.readAttributes(p, "unix:owner,uid,mode");
      int mode = (int) a.get("mode");
      if ((int) a.get("uid") != ROOT && !a.get("owner").equals(user)) {
        throw new IOException(
            p + " is owned by " + ((UserPrincipal) a.get("owner")).getName() + ", another user");
      }
      boolean sticky = (mode & STICKY) != 0 && !p.equals(real);
      if ((mode & WRITABLE_BY_OTHERS) != 0 && !sticky) {
        throw new IOException(p + " is writable by other users (fix it with chmod go-w " + p + ")");
      }
    }
  }

  private static UserPrincipal user(Path path) throws IOException {
    if (Files.exists(OWN_PROCESS)) {
      return Files.getOwner(OWN_PROCESS);
    }
    String name = System.getProperty("user.name");
    try {
      return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException(
          "the user " + name + " is unknown, so the owner of the cache cannot be checked", e);
    }
  }

  /** Returns whether a path is a regular file, not a link, of the given size. */
  static boolean isPlain(Path file, long size) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == size;
  }
}
