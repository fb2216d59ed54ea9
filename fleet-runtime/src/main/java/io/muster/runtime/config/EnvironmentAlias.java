package io.muster.runtime.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An environment variable of all-smi or of socktop_agent that also configures Muster, so that an
 * environment for these programs can be used unchanged. The variable has a lower precedence than
 * the one of Muster and a higher precedence than the file.
 */
enum EnvironmentAlias {
  CORS_ORIGINS("ALL_SMI_API_CORS_ALLOWED_ORIGINS", "api.cors_origins", ""),
  MAX_SUBSCRIBERS("ALL_SMI_API_MAX_SSE_SUBSCRIBERS", "api.max_subscribers", ""),
  INTERVAL("ALL_SMI_API_INTERVAL_SECS", "collector.interval", "a whole number of seconds"),
  PORT("ALL_SMI_API_PORT", "api.listen.main", "a port from 0 to 65535, where 0 is off"),
  SOCKET("ALL_SMI_API_SOCKET", "api.listen.unix", "a path, true or false"),
  SOCKTOP_PORT("SOCKTOP_PORT", "api.listen.socktop", "a port from 1 to 65535"),
  SOCKTOP_METRICS(
      "SOCKTOP_AGENT_METRICS_TTL_MS", "api.socktop.metrics_max_age", EnvironmentAlias.MILLISECONDS),
  SOCKTOP_DISKS(
      "SOCKTOP_AGENT_DISKS_TTL_MS", "api.socktop.disks_max_age", EnvironmentAlias.MILLISECONDS),
  SOCKTOP_PROCESSES(
      "SOCKTOP_AGENT_PROCESSES_TTL_MS",
      "api.socktop.processes_max_age",
      EnvironmentAlias.MILLISECONDS);

  private static final String MILLISECONDS = "a whole number of milliseconds";
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final String OFF = "off";
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MAX_PORT = 65_535;

  private final String variable;
  private final String key;
  private final String requirement;

  EnvironmentAlias(String variable, String key, String requirement) {
    this.variable = variable;
    this.key = key;
    this.requirement = requirement;
  }

  static Optional<EnvironmentAlias> of(String key) {
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
   * The setting that the variable's text stands for; a text that cannot be translated becomes a
   * setting with an unmet requirement.
   *
   * @param fileValue value of the same key in the file
   */
  Setting setting(String text, Optional<String> fileValue) {
    var unmetRequirement =
        Optional.of(requirement).filter(rule -> translate(text, fileValue).isEmpty());
    return new Setting(
        translate(text, fileValue).orElse(text), variable, isLenient(), unmetRequirement);
  }

  /** Returns true if the program that defines the variable ignores an invalid value of it. */
  private boolean isLenient() {
    return switch (this) {
      case CORS_ORIGINS, MAX_SUBSCRIBERS, SOCKTOP_METRICS, SOCKTOP_DISKS, SOCKTOP_PROCESSES -> true;
      case INTERVAL, PORT, SOCKET, SOCKTOP_PORT -> false;
    };
  }

  private Optional<String> translate(String text, Optional<String> fileValue) {
    return switch (this) {
      case CORS_ORIGINS, MAX_SUBSCRIBERS -> Optional.of(text);
      case INTERVAL -> Optional.of(text).filter(seconds -> WHOLE_NUMBER.matcher(seconds).matches());
      case PORT -> parsePort(text).map(port -> listenerValue(port, fileValue));
      case SOCKET -> Optional.of(socketValue(text));
      case SOCKTOP_PORT ->
          parsePort(text).filter(port -> port > 0).map(port -> listenerValue(port, fileValue));
      case SOCKTOP_METRICS, SOCKTOP_DISKS, SOCKTOP_PROCESSES ->
          Optional.of(text).filter(ms -> WHOLE_NUMBER.matcher(ms).matches()).map(ms -> ms + "ms");
    };
  }

  private static Optional<Integer> parsePort(String text) {
    return Optional.of(text)
        .filter(digits -> WHOLE_NUMBER.matcher(digits).matches())
        .map(Integer::parseInt)
        .filter(port -> port <= MAX_PORT);
  }

  /** The variables have no host: the host of the file's value is used, or else loopback. */
  private static String listenerValue(int port, Optional<String> fileValue) {
    var host = fileValue.flatMap(HostPort::parse).map(HostPort::host).orElse(LOOPBACK);
    return port == 0 ? OFF : new HostPort(host, port).toString();
  }

  private static String socketValue(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "false", "0" -> OFF;
      case "true", "1" ->
          Files.isWritable(Path.of("/var/run")) ? "/var/run/all-smi.sock" : "/tmp/all-smi.sock";
      default -> text;
    };
  }
}
