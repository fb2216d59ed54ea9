package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client asks for.
 *
 * @param pid of the process that is asked about; 0 where none is
 * @param json whether it came as JSON, so that no answer in JSON is compressed
 */
record SocktopRequest(SocktopRequestType type, long pid, boolean json) {
  private static final long MAX_PID = 0xffff_ffffL;

  /** What socktop_agent takes for an unsigned number: a plus and leading zeros are fine. */
  private static final Pattern UNSIGNED_NUMBER = Pattern.compile("\\+?0*([0-9]{1,10})");

  /**
   * The request that the text is; empty for one that gets no answer, as socktop_agent gives none.
   * The agent knows no JSON: what begins like JSON and is no request is {@link
   * SocktopRequestType#UNKNOWN}.
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

  /** What can be asked for. */
  enum SocktopRequestType {
    METRICS(false),
    DISKS(false),
    PROCESSES(false),
    PROCESS_METRICS(true),
    JOURNAL_ENTRIES(true),
    /** A JSON text that asks for nothing that there is. */
    UNKNOWN(false);

    private static final SocktopRequestType[] REQUESTABLE =
        Arrays.stream(values())
            .filter(question -> question != UNKNOWN)
            .toArray(SocktopRequestType[]::new);

    private final boolean needsPid;
    private final String jsonType = name().toLowerCase(Locale.ROOT);
    private final String command = "get_" + jsonType;

    SocktopRequestType(boolean needsPid) {
      this.needsPid = needsPid;
    }

    /** The plain request, without the process that it may be about. */
    String command() {
      return command;
    }

    /** The type of the JSON request. */
    String jsonType() {
      return jsonType;
    }
  }

  /** A request as JSON. */
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

    /** Only whole numbers are one, neither texts nor fractions. */
    private static Optional<Long> parsePid(Object pid) {
      return pid instanceof Integer || pid instanceof Long
          ? Optional.of(((Number) pid).longValue())
              .filter(number -> number >= 0 && number <= MAX_PID)
          : Optional.empty();
    }
  }
}
