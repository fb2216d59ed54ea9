package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.schema.frame.LinkedTree;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The real JAR in a separate JVM, with its output in a file. Closing it ends the process. */
final class MusterProcess implements AutoCloseable {
  static final Duration START_TIMEOUT = Duration.ofMinutes(1);
  static final Path JAR = Path.of("target", "muster.jar").toAbsolutePath();

  private static final Pattern ENDPOINT_LINE = Pattern.compile("(main|rest) +(http://[^/]+)");
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofMinutes(1))
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  private final Process process;
  private final Path output;

  private MusterProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a node with these arguments; listeners use any free port unless the arguments set it.
   * The programs of the database are unpacked already, which takes seconds.
   */
  static MusterProcess start(Path data, String... arguments) {
    try {
      linkDatabasePrograms(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return startEmpty(data, arguments);
  }

  /** Does the same in a directory that is left as it is. */
  static MusterProcess startEmpty(Path data, String... arguments) {
    return run(serveArguments(data, arguments));
  }

  static List<String> serveArguments(Path data, String... arguments) {
    var all = new ArrayList<>(List.of("serve", "--data", data.toString()));
    for (var listener : List.of("main", "rest", "usage", "socktop")) {
      all.addAll(List.of("--set", "api.listen." + listener + "=127.0.0.1:0"));
    }
    all.addAll(List.of(arguments));
    return all;
  }

  /** Runs the jar with exactly these arguments. */
  static MusterProcess run(List<String> arguments) {
    try {
      return run(List.of(ClassArchive.option()), arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MusterProcess run(List<String> jvmOptions, List<String> arguments) throws IOException {
    return execute(command(jvmOptions, arguments), Map.of());
  }

  /** Starts the jar with these variables in a shell that runs this command before. */
  static MusterProcess runAfter(
      String shellCommand, List<String> arguments, Map<String, String> environment)
      throws IOException {
    var command = command(List.of(ClassArchive.option()), arguments);
    return execute(after(shellCommand, command), environment);
  }

  /** Runs the script of this repository, with these variables. */
  static MusterProcess runScript(Map<String, String> environment, List<String> arguments)
      throws IOException {
    return execute(script(arguments), environment);
  }

  /** Runs the script in a shell that runs this command before. */
  static MusterProcess runScriptAfter(String shellCommand, List<String> arguments)
      throws IOException {
    return execute(after(shellCommand, script(arguments)), Map.of());
  }

  private static List<String> after(String shellCommand, List<String> command) {
    var all = new ArrayList<>(List.of("sh", "-c", shellCommand + "; exec \"$@\"", "sh"));
    all.addAll(command);
    return all;
  }

  private static List<String> script(List<String> arguments) {
    var command = new ArrayList<>(List.of(Path.of("..", "muster").toString()));
    command.addAll(arguments);
    return command;
  }

  /** Links the programs that an earlier test of any module unpacked, if there are any. */
  private static void linkDatabasePrograms(Path data) throws IOException {
    var installations = Files.createDirectories(Path.of("..", "target", "postgres"));
    try (var programs = Files.newDirectoryStream(installations, "postgresql-*.[0-9]")) {
      for (var directory : programs) {
        var target = data.resolve(directory.getFileName());
        if (Files.isDirectory(data) && !Files.exists(target)) {
          LinkedTree.create(directory.toRealPath(), target);
        }
      }
    }
  }

  private static List<String> command(List<String> jvmOptions, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow"); // as the launcher script does
    }
    command.addAll(jvmOptions);
    command.add("-jar");
    command.add(JAR.toString());
    command.addAll(arguments);
    return command;
  }

  private static MusterProcess execute(List<String> command, Map<String, String> environment)
      throws IOException {
    var output = Files.createTempFile("muster-", ".out");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new MusterProcess(builder.start(), output);
  }

  /** Waits until the node has printed the last line of its banner. */
  MusterProcess awaitBanner() {
    AssertionPoller.awaitAssertion(
        START_TIMEOUT,
        () -> {
          assertThat(process.isAlive()).as("output:%n%s", output()).isTrue();
          assertThat(output()).contains("  cluster  ");
        });
    return this;
  }

  long pid() {
    return process.pid();
  }

  /** Returns the embedded server of a node with this data directory, if it runs. */
  static Optional<ProcessHandle> findPostmaster(Path data) throws IOException {
    try (var lines = Files.lines(data.resolve("database-17/postmaster.pid"))) {
      return lines
          .findFirst()
          .filter(line -> !line.isEmpty())
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
          .filter(MusterProcess::isPostgres);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  String output() {
    try {
      return Files.readString(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var label = path.startsWith("/api/") ? "rest" : "main";
    var request =
        HttpRequest.newBuilder(URI.create(baseUrl(label) + path))
            .timeout(Duration.ofMinutes(1))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(path).body());
  }

  /** Returns the value of an unlabeled counter or gauge of {@code /metrics}. */
  long metricValue(String name) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .findFirst()
        .map(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  String baseUrl(String label) {
    return ENDPOINT_LINE
        .matcher(output())
        .results()
        .filter(match -> match.group(1).equals(label))
        .findFirst()
        .orElseThrow()
        .group(2);
  }

  /** Sends SIGKILL and waits for the end of the process. */
  void kill() {
    process.destroyForcibly();
    awaitExit(START_TIMEOUT);
  }

  /** Sends SIGTERM and returns the exit code. */
  int stop(Duration timeout) {
    process.destroy();
    return awaitExit(timeout);
  }

  /** The file of a killed server may name a process that has its process id now. */
  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().filter(path -> path.endsWith("/postgres")).isPresent();
  }

  int awaitExit(Duration timeout) {
    try {
      assertThat(process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS))
          .as("ended within %s; output:%n%s", timeout, output())
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
