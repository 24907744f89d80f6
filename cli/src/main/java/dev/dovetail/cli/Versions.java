package dev.dovetail.cli;

import dev.dovetail.internal.Version;
import picocli.CommandLine.IVersionProvider;

/** Returns the version that the build wrote to the jar. */
final class Versions implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"dovetail " + Version.dovetail()};
  }
}
