package io.muster.schema.json;

import com.fasterxml.jackson.annotation.JacksonAnnotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a record that has no JSON object of its own: its keys are in the object of the
 * record, sorted with the others or in the order of the record's {@code @JsonPropertyOrder}. A
 * record may thus have parts while its JSON stays flat. The component is a record, or a type whose
 * deserializer is a {@link FlatPart} and whose serializer lists its keys as {@code properties()};
 * no key may occur twice.
 */
@Target({
  ElementType.RECORD_COMPONENT,
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER
})
@Retention(RetentionPolicy.RUNTIME)
@JacksonAnnotation
public @interface Flat {}
