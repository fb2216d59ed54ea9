package io.muster.runtime.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A variable of all-smi or of socktop_agent that stands for one of our settings, so that who comes
 * from there keeps the environment. It is below our own variable and above the file.
 */
enum Alias {
  CORS_ORIGINS("ALL_SMI_API_CORS_ALLOWED_ORIGINS", "api.cors_origins", ""),
  MAX_SUBSCRIBERS("ALL_SMI_API_MAX_SSE_SUBSCRIBERS", "api.max_subscribers", ""),
  INTERVAL("ALL_SMI_API_INTERVAL_SECS", "collector.interval", "a whole number of seconds"),
  PORT("ALL_SMI_API_PORT", "api.listen.main", "a port from 0 to 65535, where 0 is off"),
  SOCKET("ALL_SMI_API_SOCKET", "api.listen.unix", "a path, true or false"),
  SOCKTOP_PORT("SOCKTOP_PORT", "api.listen.socktop", "a port from 1 to 65535"),
  SOCKTOP_METRICS(
      "SOCKTOP_AGENT_METRICS_TTL_MS", "api.socktop.metrics_max_age", Alias.MILLISECONDS),
  SOCKTOP_DISKS("SOCKTOP_AGENT_DISKS_TTL_MS", "api.socktop.disks_max_age", Alias.MILLISECONDS),
  SOCKTOP_PROCESSES(
      "SOCKTOP_AGENT_PROCESSES_TTL_MS", "api.socktop.processes_max_age", Alias.MILLISECONDS);

  private static final String MILLISECONDS = "a whole number of milliseconds";
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");
  private static final String OFF = "off";
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MAX_PORT = 65_535;

  private final String variable;
  private final String key;
  private final String expected;

  Alias(String variable, String key, String expected) {
    this.variable = variable;
    this.key = key;
    this.expected = expected;
  }

  static Optional<Alias> of(String key) {
    return Arrays.stream(values()).filter(alias -> alias.key.equals(key)).findFirst();
  }

  static boolean isKnown(String variable) {
    return Arrays.stream(values()).anyMatch(alias -> alias.variable.equals(variable));
  }

  String variable() {
    return variable;
  }

  String key() {
    return key;
  }

  /**
   * The setting that the variable's text stands for; a text that stands for none is a misfit.
   *
   * @param file what the file says of the same key
   */
  Setting setting(String text, Optional<String> file) {
    var misfit = Optional.of(expected).filter(need -> translated(text, file).isEmpty());
    return new Setting(translated(text, file).orElse(text), variable, isLenient(), misfit);
  }

  /** Where its variable is unreadable, the program that it comes from goes on with its default. */
  private boolean isLenient() {
    return switch (this) {
      case CORS_ORIGINS, MAX_SUBSCRIBERS, SOCKTOP_METRICS, SOCKTOP_DISKS, SOCKTOP_PROCESSES -> true;
      case INTERVAL, PORT, SOCKET, SOCKTOP_PORT -> false;
    };
  }

  private Optional<String> translated(String text, Optional<String> file) {
    return switch (this) {
      case CORS_ORIGINS, MAX_SUBSCRIBERS -> Optional.of(text);
      case INTERVAL -> Optional.of(text).filter(seconds -> WHOLE.matcher(seconds).matches());
      case PORT -> port(text).map(port -> listener(port, file));
      case SOCKET -> Optional.of(socket(text));
      case SOCKTOP_PORT -> port(text).filter(port -> port > 0).map(port -> listener(port, file));
      case SOCKTOP_METRICS, SOCKTOP_DISKS, SOCKTOP_PROCESSES ->
          Optional.of(text).filter(ms -> WHOLE.matcher(ms).matches()).map(ms -> ms + "ms");
    };
  }

  private static Optional<Integer> port(String text) {
    return Optional.of(text)
        .filter(digits -> WHOLE.matcher(digits).matches())
        .map(Integer::parseInt)
        .filter(port -> port <= MAX_PORT);
  }

  /** Neither can choose the host; the file's stays, else loopback. */
  private static String listener(int port, Optional<String> file) {
    var host = file.flatMap(HostPort::parse).map(HostPort::host).orElse(LOOPBACK);
    return port == 0 ? OFF : new HostPort(host, port).toString();
  }

  private static String socket(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "false", "0" -> OFF;
      case "true", "1" ->
          Files.isWritable(Path.of("/var/run")) ? "/var/run/all-smi.sock" : "/tmp/all-smi.sock";
      default -> text;
    };
  }
}
