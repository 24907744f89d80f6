package dev.dovetail.cli;

import dev.dovetail.internal.Version;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Versions implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"dovetail " + Version.dovetail()};
  }
}
