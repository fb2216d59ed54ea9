package io.muster.schema.gpu;

import io.muster.schema.json.Unit;
import java.util.OptionalInt;

/**
 * The form of the number of a reading.
 *
 * @param isWhole true if the number has no fraction in JSON
 * @param isSigned true if the number may be negative
 * @param isCounter true if the number never decreases
 * @param maximum empty if there is no limit
 * @param absentForm the form in JSON if the reading is absent
 */
public record NumberForm(
    Unit unit,
    boolean isWhole,
    boolean isSigned,
    boolean isCounter,
    OptionalInt maximum,
    AbsentForm absentForm) {

  /** A number with a fraction, from 0, whose key is left out if it is absent. */
  static NumberForm decimal(Unit unit) {
    return new NumberForm(unit, false, false, false, OptionalInt.empty(), AbsentForm.LEFT_OUT);
  }

  /** A number without a fraction, from 0, whose key is left out if it is absent. */
  static NumberForm whole(Unit unit) {
    return new NumberForm(unit, true, false, false, OptionalInt.empty(), AbsentForm.LEFT_OUT);
  }

  NumberForm signed() {
    return new NumberForm(unit, isWhole, true, isCounter, maximum, absentForm);
  }

  NumberForm counter() {
    return new NumberForm(unit, isWhole, isSigned, true, maximum, absentForm);
  }

  NumberForm upTo(int limit) {
    return new NumberForm(unit, isWhole, isSigned, isCounter, OptionalInt.of(limit), absentForm);
  }

  NumberForm absentAs(AbsentForm form) {
    return new NumberForm(unit, isWhole, isSigned, isCounter, maximum, form);
  }

  /** The JSON of an absent reading. A number that stands for it is read back as absent. */
  public enum AbsentForm {
    /** No key. */
    LEFT_OUT(Double.NaN),
    NULL(Double.NaN),
    ZERO(0),
    MINUS_ONE(-1);

    private final double number;

    AbsentForm(double number) {
      this.number = number;
    }

    /** Returns the number that is written; NaN if none is. */
    public double number() {
      return number;
    }
  }
}
