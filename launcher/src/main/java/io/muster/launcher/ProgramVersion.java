package io.muster.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this program, as the build recorded it. */
final class ProgramVersion implements IVersionProvider {
  /** Returns the version, such as {@code 0.1.0}. */
  static String current() {
    var properties = new Properties();
    try (var file = ProgramVersion.class.getResourceAsStream("/muster.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException("muster.properties is not readable", e);
    }
    return properties.getProperty("version");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"muster " + current()};
  }
}
