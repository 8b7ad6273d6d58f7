/** The words of parcels: dossiers carried to the Portal by hand, and what comes back. */
export interface ParcelWords {
  title: string;
  about: string;
  make: string;
  making: string;
  chooseFolder: string;
  made: (name: string, dossiers: number, size: string) => string;
  showFolder: string;
  take: string;
  taking: string;
  chooseReplies: string;
  /** How many were receipted now, refused, and not taken yet. */
  taken: (receipted: number, refused: number, later: number) => string;
  nothingNew: string;
  carry: string;
  carrying: string;
  chooseParcels: string;
  carried: (reply: string) => string;
  /** Of a dossier that was sealed into one. */
  sealed: (time: string) => string;
}

export const parcelVi: ParcelWords = {
  title: 'Gói mang tay',
  about: 'Khi không có mạng nhiều ngày: ghi hồ sơ chờ gửi vào một tệp đã niêm phong, mang tới máy có mạng hoặc tới Cổng, rồi nhận xác nhận mang về.',
  make: 'Ghi gói mang tay…',
  making: 'Đang ghi gói…',
  chooseFolder: 'Chọn nơi ghi gói, chẳng hạn ổ USB',
  made: (name, dossiers, size) =>
    `Đã ghi ${dossiers} hồ sơ (${size}) vào ${name}. Chỉ Cổng mở được gói này. Hồ sơ vẫn nằm trong hàng chờ; có mạng trước thì tự gửi, không bị nộp hai lần.`,
  showFolder: 'Mở thư mục',
  take: 'Nhận xác nhận…',
  taking: 'Đang nhận xác nhận…',
  chooseReplies: 'Chọn tệp xác nhận mang về (.hoso-reply)',
  taken: (receipted, refused, later) =>
    [
      receipted > 0 ? `Đã nhận xác nhận cho ${receipted} hồ sơ.` : '',
      refused > 0 ? `Cổng không nhận ${refused} hồ sơ: xem lý do ở mục “Cần xử lý”.` : '',
      later > 0 ? `${later} hồ sơ Cổng chưa nhận được, vẫn chờ gửi.` : '',
    ]
      .filter((text) => text !== '')
      .join(' '),
  nothingNew: 'Không có gì mới: các xác nhận này máy đã nhận từ trước.',
  carry: 'Gửi hộ gói của máy khác…',
  carrying: 'Đang gửi hộ…',
  chooseParcels: 'Chọn gói của máy khác (.hoso)',
  carried: (reply) => `Cổng đã nhận gói. Xác nhận được ghi cạnh gói: ${reply}. Hãy mang tệp này về máy đã ghi gói.`,
  sealed: (time) => `Đã ghi vào gói mang tay lúc ${time}, chưa có xác nhận`,
};

export const parcelEn: ParcelWords = {
  title: 'Carried by hand',
  about: 'Without a network for days: seal what waits into one file, take it to a computer with a network or to the Portal, and bring the reply back.',
  make: 'Write a parcel…',
  making: 'Writing the parcel…',
  chooseFolder: 'Where to write the parcel, such as a USB stick',
  made: (name, dossiers, size) =>
    `${dossiers === 1 ? '1 dossier' : `${dossiers} dossiers`} (${size}) sealed into ${name}. Only the Portal can open it. They stay in the queue; whichever way is first counts, none is filed twice.`,
  showFolder: 'Open the folder',
  take: 'Take a reply…',
  taking: 'Taking the reply…',
  chooseReplies: 'Choose the replies that came back (.hoso-reply)',
  taken: (receipted, refused, later) =>
    [
      receipted > 0 ? `${receipted} receipted.` : '',
      refused > 0 ? `${refused} refused by the Portal: see the reasons under “Needs action”.` : '',
      later > 0 ? `${later} not taken yet, they still wait.` : '',
    ]
      .filter((text) => text !== '')
      .join(' '),
  nothingNew: 'Nothing new: this computer had these receipts before.',
  carry: 'Send another computer’s parcel…',
  carrying: 'Sending the parcel…',
  chooseParcels: 'Choose parcels of other computers (.hoso)',
  carried: (reply) => `The Portal has taken the parcel. The reply lies beside it: ${reply}. Take it back to the computer that made the parcel.`,
  sealed: (time) => `Sealed into a parcel at ${time}, no receipt yet`,
};
