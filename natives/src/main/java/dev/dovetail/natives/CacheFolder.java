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

/** Where what can be made again is kept for later starts. */
public final class CacheFolder {

  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int STICKY = 01000;
  private static final int ROOT = 0;

  /** Who runs this program, as Linux says; elsewhere the user's name has to do. */
  private static final Path OWN_PROCESS = Path.of("/proc/self");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private CacheFolder() {}

  /**
   * {@code $XDG_CACHE_HOME/dovetail}, else {@code ~/.cache/dovetail}; it need not exist.
   *
   * @return the folder
   */
  public static Path standard() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * As the environment says; relative paths in it do not count, as the XDG specification has it.
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
   * Makes a folder and those above it that are missing, for the user alone.
   *
   * @param folder the folder
   * @throws IOException if it cannot be made
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
   * Refuses a file or folder that someone else could have put there or could change: it and all
   * folders above must belong to the user or to root and be writable by their owner alone. (A
   * folder above may be writable by all if only owners may rename in it, as in {@code /tmp}.) Where
   * the system has no such permissions, as Windows, everything passes: profiles are private there.
   *
   * @throws IOException with a sentence that names what is open to others
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
            p + " belongs to " + ((UserPrincipal) a.get("owner")).getName() + ", another user");
      }
      boolean sticky = (mode & STICKY) != 0 && !p.equals(real);
      if ((mode & WRITABLE_BY_OTHERS) != 0 && !sticky) {
        throw new IOException(
            p + " can be written to by other users (chmod go-w " + p + " changes it)");
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
      throw new IOException("there is no user " + name + ", whose the cache could be", e);
    }
  }

  /** Whether a file is a plain one, not a link, of so many bytes. */
  static boolean isPlain(Path file, long size) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == size;
  }
}
