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
record SocktopRequest(Question question, long pid, boolean json) {
  private static final long MAX_PID = 0xffff_ffffL;

  /** What socktop_agent takes for an unsigned number: a plus and leading zeros are fine. */
  private static final Pattern WHOLE = Pattern.compile("\\+?0*([0-9]{1,10})");

  /**
   * The request that the text is; empty for one that gets no answer, as socktop_agent gives none.
   * The agent knows no JSON: what begins like JSON and is no request is {@link Question#UNKNOWN}.
   */
  static Optional<SocktopRequest> parse(String text) {
    return text.stripLeading().startsWith("{") ? Optional.of(json(text)) : plain(text);
  }

  private static Optional<SocktopRequest> plain(String text) {
    for (var question : Question.ASKABLE) {
      if (!question.ofProcess && text.equals(question.command())) {
        return Optional.of(new SocktopRequest(question, 0, false));
      }
      if (question.ofProcess && text.startsWith(question.command() + ":")) {
        return pid(text.substring(question.command().length() + 1))
            .map(pid -> new SocktopRequest(question, pid, false));
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> pid(String text) {
    var matcher = WHOLE.matcher(text);
    return matcher.matches()
        ? Optional.of(Long.parseLong(matcher.group(1))).filter(pid -> pid <= MAX_PID)
        : Optional.empty();
  }

  private static SocktopRequest json(String text) {
    try {
      return WireJson.read(text.getBytes(UTF_8), Document.class).request();
    } catch (IllegalArgumentException unreadable) {
      return Document.UNKNOWN;
    }
  }

  /** What can be asked for. */
  enum Question {
    METRICS(false),
    DISKS(false),
    PROCESSES(false),
    PROCESS_METRICS(true),
    JOURNAL_ENTRIES(true),
    /** A JSON text that asks for nothing that there is. */
    UNKNOWN(false);

    private static final Question[] ASKABLE =
        Arrays.stream(values()).filter(question -> question != UNKNOWN).toArray(Question[]::new);

    private final boolean ofProcess;
    private final String type = name().toLowerCase(Locale.ROOT);
    private final String command = "get_" + type;

    Question(boolean ofProcess) {
      this.ofProcess = ofProcess;
    }

    /** The plain request, without the process that it may be about. */
    String command() {
      return command;
    }

    /** The type of the JSON request. */
    String type() {
      return type;
    }
  }

  /** A request as JSON. */
  private record Document(String type, Optional<Object> pid) {
    private static final SocktopRequest UNKNOWN = new SocktopRequest(Question.UNKNOWN, 0, true);

    SocktopRequest request() {
      return Arrays.stream(Question.ASKABLE)
          .filter(question -> question.type().equals(type))
          .findFirst()
          .flatMap(this::request)
          .orElse(UNKNOWN);
    }

    private Optional<SocktopRequest> request(Question question) {
      return question.ofProcess
          ? pid.flatMap(Document::number).map(pid -> new SocktopRequest(question, pid, true))
          : Optional.of(new SocktopRequest(question, 0, true));
    }

    /** Only whole numbers are one, neither texts nor fractions. */
    private static Optional<Long> number(Object pid) {
      return pid instanceof Integer || pid instanceof Long
          ? Optional.of(((Number) pid).longValue()).filter(id -> id >= 0 && id <= MAX_PID)
          : Optional.empty();
    }
  }
}
