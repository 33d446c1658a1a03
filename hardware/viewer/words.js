// What the page says, in both languages.
window.CHESTNUT_WORDS = {
  en: {
    title: "Chestnut: the model",
    language: "Language",
    stage: "The model, to be turned",
    unit: "Unit",
    chest: "Chest unit",
    pod: "Pod",
    pose: "Shown",
    closed: "Closed",
    apart: "Taken apart",
    turn: "Turn",
    left: "Left",
    right: "Right",
    up: "Up",
    down: "Down",
    nearer: "Nearer",
    farther: "Farther",
    front: "From the front",
    back: "From the back",
    size: "Size",
    parts: "Parts",
    printed: "printed",
    note: "Turn the model by these buttons, by dragging, or by the arrow keys while it has the focus; plus and minus " +
      "of the page's zoom change the letters only. Nothing is loaded from a network.",
    width: "wide",
    depth: "deep",
    height: "high",
    mm: "mm",
    loading: "Loading the model.",
    failed: "This browser cannot show the model (WebGL is missing or off). The guide's pictures show the same.",
    alt: {
      chest: {
        closed: "The chest unit, closed: an upright rounded box. The camera looks out at the top behind a sliding shutter; " +
          "slots for air lie below it in the front and at the edges; cables leave at the bottom.",
        apart: "The chest unit taken apart along its depth: the back plate for the body, the Raspberry Pi with its cooler, " +
          "the camera in its cradle, the front shell, the shutter.",
      },
      pod: {
        closed: "The pod, closed: a rounded box for the hand. At the top a single dome, below a ridge two rows of two keys: " +
          "three bars and ring, triangle and cross. A cable leaves at the end.",
        apart: "The pod taken apart along its depth: the back half, the Pico and the motor, the board with five switches, " +
          "five caps with their flanges, the front half with its openings.",
      },
    },
  },
  ru: {
    title: "Chestnut: модель",
    language: "Язык",
    stage: "Модель, её можно поворачивать",
    unit: "Блок",
    chest: "Нагрудный блок",
    pod: "Пульт",
    pose: "Показать",
    closed: "Собранным",
    apart: "Разобранным",
    turn: "Повернуть",
    left: "Влево",
    right: "Вправо",
    up: "Вверх",
    down: "Вниз",
    nearer: "Ближе",
    farther: "Дальше",
    front: "Спереди",
    back: "Сзади",
    size: "Размер",
    parts: "Детали",
    printed: "печатается",
    note: "Модель поворачивают этими кнопками, мышью или стрелками, когда она выбрана клавишей Tab; масштаб страницы " +
      "меняет только буквы. Из сети ничего не загружается.",
    width: "ширина",
    depth: "глубина",
    height: "высота",
    mm: "мм",
    loading: "Модель загружается.",
    failed: "Этот браузер не может показать модель (нет WebGL или он выключен). На картинках руководства то же самое.",
    alt: {
      chest: {
        closed: "Нагрудный блок, собранный: вертикальная коробка со скруглёнными краями. Наверху за сдвижной шторкой — камера; " +
          "ниже, спереди и по краям, щели для воздуха; кабели выходят снизу.",
        apart: "Нагрудный блок, разобранный по глубине: задняя пластина со стороны тела, Raspberry Pi с кулером, камера в люльке, " +
          "передняя часть корпуса, шторка.",
      },
      pod: {
        closed: "Пульт, собранный: скруглённая коробка для руки. Наверху отдельно купол, под гребнем два ряда по две кнопки: " +
          "три полоски и кольцо, треугольник и крест. С торца выходит кабель.",
        apart: "Пульт, разобранный по глубине: задняя половина, Pico и мотор, плата с пятью кнопками, пять колпачков с фланцами, " +
          "передняя половина с отверстиями.",
      },
    },
  },
};
