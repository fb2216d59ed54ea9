package io.muster.schema.gpu;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.muster.schema.gpu.NumberForm.AbsentForm;
import io.muster.schema.json.FlatPart;
import io.muster.schema.json.WireJson;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Collectors;

/** The keys of {@link GpuValues}, one for each row of {@link GpuReading}, in the JSON of a GPU. */
final class GpuValuesJson {
  private GpuValuesJson() {}

  static final class ValuesSerializer extends StdSerializer<GpuValues> {
    private static final long serialVersionUID = 1;

    ValuesSerializer() {
      super(GpuValues.class);
    }

    @Override
    public Iterator<PropertyWriter> properties() {
      return Arrays.stream(GpuReading.values()).<PropertyWriter>map(ReadingWriter::new).iterator();
    }

    @Override
    public void serialize(GpuValues values, JsonGenerator json, SerializerProvider provider) {
      throw new IllegalStateException("written as a flat component only");
    }
  }

  /** Writes one key. */
  private static final class ReadingWriter extends BeanPropertyWriter {
    private static final long serialVersionUID = 1;

    private final GpuReading reading;
    private final SerializableString key;

    ReadingWriter(GpuReading reading) {
      this.reading = reading;
      this.key = new SerializedString(reading.key());
    }

    @Override
    public String getName() {
      return reading.key();
    }

    @Override
    public void serializeAsField(Object values, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      var value = ((GpuValues) values).orNan(reading);
      if (!Double.isNaN(value)) {
        writeNumber(value, json);
      } else if (reading.form().absentForm() != AbsentForm.LEFT_OUT) {
        writeNumber(reading.form().absentForm().number(), json);
      }
    }

    private void writeNumber(double number, JsonGenerator json) throws IOException {
      json.writeFieldName(key);
      if (reading.form().isWhole() && Double.isFinite(number)) {
        json.writeNumber((long) number);
      } else {
        WireJson.writeDouble(number, json);
      }
    }
  }

  static final class ValuesDeserializer extends StdDeserializer<GpuValues>
      implements FlatPart<GpuValues.Builder> {
    private static final long serialVersionUID = 1;

    ValuesDeserializer() {
      super(GpuValues.class);
    }

    @Override
    public Map<String, KeyReader<GpuValues.Builder>> keys() {
      return Arrays.stream(GpuReading.values())
          .collect(Collectors.toMap(GpuReading::key, ValuesDeserializer::keyReader));
    }

    @Override
    public GpuValues.Builder start(JsonParser json, DeserializationContext context) {
      return GpuValues.builder();
    }

    @Override
    public GpuValues build(GpuValues.Builder values, DeserializationContext context) {
      return values.build();
    }

    @Override
    public GpuValues deserialize(JsonParser json, DeserializationContext context) {
      throw new IllegalStateException("read as a flat component only");
    }

    private static KeyReader<GpuValues.Builder> keyReader(GpuReading reading) {
      return (values, json, context) -> {
        if (!json.hasToken(JsonToken.VALUE_NULL)) {
          values.with(reading, number(reading.form(), json.getDoubleValue()));
        }
      };
    }

    private static double number(NumberForm form, double value) {
      var number = form.isWhole() ? (long) value : value;
      return number == form.absentForm().number() ? Double.NaN : number;
    }
  }
}
