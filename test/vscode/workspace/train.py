import keras

SMALL = 'measured/mlp-digits.keras'
FIRST = "models/mlp-digits.keras"

model = keras.models.load_model(SMALL)
model.summary()
