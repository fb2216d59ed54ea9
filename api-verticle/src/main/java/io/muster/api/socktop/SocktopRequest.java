package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request of a client.
 *
 * @param pid the requested process; 0 for a request without one
 * @param json true if the request is JSON, so that a JSON reply is not compressed
 */
record SocktopRequest(SocktopRequestType type, long pid, boolean json) {
  private static final long MAX_PID = 0xffff_ffffL;

  /** An unsigned number as socktop_agent accepts it: with an optional plus and leading zeros. */
  private static final Pattern UNSIGNED_NUMBER = Pattern.compile("\\+?0*([0-9]{1,10})");

  /**
   * Parses the text; empty if socktop_agent would not reply to it. The agent does not support JSON:
   * a text that begins like JSON and is not a request is {@link SocktopRequestType#UNKNOWN}.
   */
  static Optional<SocktopRequest> parse(String text) {
    return text.stripLeading().startsWith("{") ? Optional.of(parseJson(text)) : parsePlain(text);
  }

  private static Optional<SocktopRequest> parsePlain(String text) {
    for (var type : SocktopRequestType.REQUESTABLE) {
      if (!type.needsPid && text.equals(type.command())) {
        return Optional.of(new SocktopRequest(type, 0, false));
      }
      if (type.needsPid && text.startsWith(type.command() + ":")) {
        return parsePid(text.substring(type.command().length() + 1))
            .map(pid -> new SocktopRequest(type, pid, false));
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> parsePid(String text) {
    var matcher = UNSIGNED_NUMBER.matcher(text);
    return matcher.matches()
        ? Optional.of(Long.parseLong(matcher.group(1))).filter(pid -> pid <= MAX_PID)
        : Optional.empty();
  }

  private static SocktopRequest parseJson(String text) {
    try {
      return WireJson.read(text.getBytes(UTF_8), RequestDocument.class).toRequest();
    } catch (IllegalArgumentException malformed) {
      return RequestDocument.UNKNOWN_REQUEST;
    }
  }

  /** The types of requests. */
  enum SocktopRequestType {
    METRICS(false),
    DISKS(false),
    PROCESSES(false),
    PROCESS_METRICS(true),
    JOURNAL_ENTRIES(true),
    /** A JSON text that is not a request. */
    UNKNOWN(false);

    private static final SocktopRequestType[] REQUESTABLE =
        Arrays.stream(values()).filter(type -> type != UNKNOWN).toArray(SocktopRequestType[]::new);

    private final boolean needsPid;
    private final String jsonType = name().toLowerCase(Locale.ROOT);
    private final String command = "get_" + jsonType;

    SocktopRequestType(boolean needsPid) {
      this.needsPid = needsPid;
    }

    /** The plain request, without the process id. */
    String command() {
      return command;
    }

    /** The type of the JSON request. */
    String jsonType() {
      return jsonType;
    }
  }

  /** A request in JSON. */
  private record RequestDocument(String type, Optional<Object> pid) {
    private static final SocktopRequest UNKNOWN_REQUEST =
        new SocktopRequest(SocktopRequestType.UNKNOWN, 0, true);

    SocktopRequest toRequest() {
      return Arrays.stream(SocktopRequestType.REQUESTABLE)
          .filter(requestType -> requestType.jsonType().equals(type))
          .findFirst()
          .flatMap(this::toRequest)
          .orElse(UNKNOWN_REQUEST);
    }

    private Optional<SocktopRequest> toRequest(SocktopRequestType requestType) {
      return requestType.needsPid
          ? pid.flatMap(RequestDocument::parsePid)
              .map(pid -> new SocktopRequest(requestType, pid, true))
          : Optional.of(new SocktopRequest(requestType, 0, true));
    }

    /** Accepts whole numbers only, no texts or fractions. */
    private static Optional<Long> parsePid(Object pid) {
      return pid instanceof Integer || pid instanceof Long
          ? Optional.of(((Number) pid).longValue())
              .filter(number -> number >= 0 && number <= MAX_PID)
          : Optional.empty();
    }
  }
}
