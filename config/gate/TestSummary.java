import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Prints one line about the tests of a module, from the reports that this build wrote. Maven runs
 * this file at the end of each module, with the name of the module, its build directory, and the
 * start of the build. Confined to one thread.
 */
final class TestSummary {
  private static final Pattern SUITE =
      Pattern.compile(
          "<testsuite [^>]* name=\"(?:[^\"]*\\.)?([^\".]+)\" time=\"([^\"]+)\" tests=\"(\\d+)\"");

  private final Instant buildStart;
  private String slowestClass = "";
  private double slowestSeconds;

  private TestSummary(Instant buildStart) {
    this.buildStart = buildStart;
  }

  public static void main(String[] arguments) throws IOException {
    var buildDirectory = Path.of(arguments[1]);
    var summary = new TestSummary(Instant.parse(arguments[2]));
    var unitTests = summary.read(buildDirectory.resolve("surefire-reports"));
    var integrationTests = summary.read(buildDirectory.resolve("failsafe-reports"));
    if (!summary.slowestClass.isEmpty()) {
      System.out.printf(
          "[INFO] %-20s %s unit tests, %s integration tests, slowest %s (%.0f s)%n",
          arguments[0], unitTests, integrationTests, summary.slowestClass, summary.slowestSeconds);
    }
  }

  /** Returns the number of tests and the sum of their times. */
  private String read(Path directory) throws IOException {
    var tests = 0;
    var seconds = 0.0;
    if (Files.isDirectory(directory)) {
      try (var reports = Files.newDirectoryStream(directory, this::isReportOfThisBuild)) {
        for (var report : reports) {
          var suite = SUITE.matcher(Files.readString(report));
          if (suite.find()) {
            tests += Integer.parseInt(suite.group(3));
            seconds += add(suite.group(1), Double.parseDouble(suite.group(2).replace(",", "")));
          }
        }
      }
    }
    return String.format("%3d (%.0f s)", tests, seconds);
  }

  private boolean isReportOfThisBuild(Path file) throws IOException {
    return file.getFileName().toString().matches("TEST-.*\\.xml")
        && !Files.getLastModifiedTime(file).toInstant().isBefore(buildStart);
  }

  private double add(String testClass, double seconds) {
    if (seconds >= slowestSeconds) {
      slowestClass = testClass;
      slowestSeconds = seconds;
    }
    return seconds;
  }
}
